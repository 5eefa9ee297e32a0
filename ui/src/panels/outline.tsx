import type { NoteJson } from "@clipwork/engine";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CanvasView } from "../canvas/canvas-view.ts";
import type { Transform } from "../canvas/geometry.ts";
import { endOf } from "../document/edit.ts";
import { inFlowOrder } from "../document/flow-order.ts";
import { groupsOf } from "../document/groups.ts";
import { notesOf } from "../document/notes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { runIdOf } from "../editor/workflow.ts";
import { stateIn } from "../runs/run-view.ts";
import { counted } from "../runs/words.ts";
import { nextRow, partsOf, type Row, rowsOf } from "./outline-rows.ts";
import { rowPitch, useRowsInSight } from "./rows-in-sight.ts";

/**
 * The graph as a tree, for people who cannot see it, or have lost a node in it: groups, nodes as values flow, in each what feeds it, and
 * notes. Of thousands of rows those near what is seen are drawn, and the one that Tab leads to.
 */
export function Outline() {
  const { workflow, canvas, naming, looks } = useEditor();
  const nodes = useStore(workflow, ({ history }) => history.present.nodes);
  const groups = useStore(workflow, ({ history }) => groupsOf(history.present));
  const notes = useStore(workflow, ({ history }) => notesOf(history.present));
  const selection = useStore(workflow, (now) => now.selection);
  const selectedNotes = useStore(workflow, (now) => now.selectedNotes);
  const { name } = useStore(naming, (now) => now);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const list = useRef<HTMLDivElement>(null);
  /** The row that a key leads to: it is focused once it is drawn. */
  const wanted = useRef<string>(undefined);
  const order = useMemo(() => inFlowOrder({ format: "clipwork/1", nodes }), [nodes]);
  const rows = useMemo(
    () => rowsOf(partsOf({ nodes, order, groups, notes }), turned),
    [nodes, order, groups, notes, turned],
  );
  const [chosen] = selection;
  const focusable = rows.find(({ key }) => key === current) ?? rows.find(({ key }) => key === chosen) ?? rows[0];
  const { from, to } = useRowsInSight(list, rows.length);
  const drawn = rows.flatMap((row, i) => ((i >= from && i < to) || row === focusable ? [{ row, i }] : []));
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`)?.focus();
    wanted.current = undefined;
  });

  const isSelected = ({ about: { kind, id } }: Row) =>
    kind === "node" ? selection.has(id) : kind === "note" && selectedNotes?.has(id) === true;
  const textOf = ({ about }: Row) => {
    if (about.kind === "node") return name(about.id);
    if (about.kind === "link") return about.port;
    return about.kind === "note" ? "Note" : groups.get(about.id)?.title || "Group";
  };
  const go = (row: Row) => {
    const { about } = row;
    setCurrent(row.key);
    if (about.kind === "group") {
      looks.selectGroup(about.id);
      void canvas.get().view?.fit(groups.get(about.id)?.members);
    } else if (about.kind === "note") {
      workflow.select([], [about.id]);
      const { view } = canvas.get();
      if (view) void view.moveTo(centredOn(notes.get(about.id)!, view));
    } else {
      const id = about.kind === "link" ? endOf(about.link)?.node : about.id;
      if (id === undefined || !Object.hasOwn(nodes, id)) return;
      workflow.select([id]);
      void canvas.jumpTo(id);
    }
  };
  const turn = ({ key }: Row) =>
    setTurned((now) => new Set(now.has(key) ? [...now].filter((other) => other !== key) : [...now, key]));
  const press = (event: KeyboardEvent, row: Row) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = nextRow(event.key, row, rows, textOf);
    if (step === undefined) return;
    if (step === "turn") turn(row);
    else if (step === "go") go(row);
    else {
      wanted.current = step.to.key;
      setCurrent(step.to.key);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <section className="panel-part outline">
      <h2>{counted(order.length, "node")}</h2>
      <div
        ref={list}
        role="tree"
        aria-label="Nodes of the workflow"
        style={{ height: `${(rowPitch * rows.length).toString()}px` }}
      >
        {drawn.map(({ row, i }) => (
          <div
            key={row.key}
            style={{ top: `${(rowPitch * i).toString()}px` }}
            role="treeitem"
            data-row={row.key}
            title={textOf(row)}
            {...(row.about.kind === "node" ? { "data-id": row.about.id } : {})}
            data-level={row.level}
            data-kind-of={row.about.kind}
            aria-level={row.level}
            aria-posinset={row.at}
            aria-setsize={row.of}
            aria-selected={isSelected(row)}
            {...(row.opened === undefined ? {} : { "aria-expanded": row.opened })}
            tabIndex={row === focusable ? 0 : -1}
            onKeyDown={(event) => press(event, row)}
            onFocus={() => setCurrent(row.key)}
            onClick={() => go(row)}
          >
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys open and close the row. */}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a part of the row, which says whether it is open. */}
            <span
              className="outline-turn"
              onClick={(event) => {
                event.stopPropagation();
                if (row.opened !== undefined) turn(row);
              }}
            >
              {row.opened === undefined ? null : row.opened ? (
                <ChevronDown size={14} aria-hidden />
              ) : (
                <ChevronRight size={14} aria-hidden />
              )}
            </span>
            <RowText row={row} text={textOf(row)} />
          </div>
        ))}
      </div>
    </section>
  );
}

function RowText({ row: { about }, text }: { readonly row: Row; readonly text: string }) {
  const { workflow, runs, problems, naming } = useEditor();
  const present = useStore(workflow, ({ history }) => history.present);
  const { end } = useStore(naming, (now) => now);
  const prefix = useStore(workflow, (now) => now.prefix);
  const state = useStore(runs, ({ shown }) =>
    about.kind === "node" ? stateIn(shown, runIdOf({ prefix }, about.id)) : undefined,
  );
  const count = useStore(problems, ({ byNode }) => (about.kind === "node" ? byNode.get(about.id)?.length : undefined));
  switch (about.kind) {
    case "link":
      return (
        <span>
          {text} <span className="muted">from {end(about.link)}</span>
        </span>
      );
    case "note":
      return (
        <>
          <strong>{text}</strong>
          <small>{notesOf(present).get(about.id)?.text.slice(0, 80)}</small>
        </>
      );
    case "group":
      return (
        <>
          <strong>{text}</strong>
          <small>group of {groupsOf(present).get(about.id)?.members.length}</small>
        </>
      );
    case "node": {
      const node = present.nodes[about.id];
      const said = [state, node?.mode, count === undefined ? undefined : counted(count, "problem")];
      return (
        <>
          <span className="kind-dot" data-group={node?.type.split(".")[0]} />
          <strong>{text}</strong>
          <small>{said.filter(Boolean).join(" · ")}</small>
        </>
      );
    }
  }
}

/** The camera that has the note in the middle of what the window shows, at the same scale. */
function centredOn({ x, y, width, height }: NoteJson, view: CanvasView): Transform {
  const now = view.camera();
  const { left, top, right, bottom } = view.visible();
  const by = { x: x + width / 2 - (left + right) / 2, y: y + height / 2 - (top + bottom) / 2 };
  return { k: now.k, x: now.x - by.x * now.k, y: now.y - by.y * now.k };
}
