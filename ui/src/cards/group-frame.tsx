import type { GroupJson } from "@clipwork/engine";
import { ChevronDown, ChevronRight } from "lucide-react";
import { type PointerEvent, use } from "react";
import type { Box } from "../canvas/geometry.ts";
import { setGroup } from "../document/groups.ts";
import type { Dock, DockRow } from "../editor/frames-of-groups.ts";
import { detailsPanel } from "../editor/screen.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { runIdOf } from "../editor/workflow.ts";
import { stateIn } from "../runs/run-view.ts";
import { CanvasContext } from "./context.ts";
import { TitleInput } from "./title-input.tsx";

type Props = {
  readonly id: string;
  readonly group: GroupJson;
  /** Where the frame stands, or the card of a collapsed group. */
  readonly box: Box;
  /** Of a collapsed group. */
  readonly dock: Dock | undefined;
};

/** A group: a frame behind its cards, or one small card that shows the links across its border. */
export function GroupFrame({ id, group, box, dock }: Props) {
  const { workflow, screen, looks, runs } = useEditor();
  const { carry, dragging } = use(CanvasContext);
  const { members, colour, title } = group;
  const selected = useStore(workflow, ({ selection }) => members.every((member) => selection.has(member)));
  const by = useStore(dragging, (now) => (now && members.every((member) => now.ids.has(member)) ? now.by : undefined));
  const editing = useStore(screen, (now) => now.editing?.what === "group" && now.editing.id === id);
  const prefix = useStore(workflow, (now) => now.prefix);
  const state = useStore(runs, ({ shown }) => {
    const states = members.map((member) => stateIn(shown, runIdOf({ prefix }, member)));
    return (["failed", "running"] as const).find((one) => states.includes(one));
  });
  const press = (event: PointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("[data-nodrag]")) return;
    event.stopPropagation();
    screen.show({ link: undefined, side: detailsPanel });
    const { selection, selectedNotes } = workflow.get();
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      const own = new Set(members);
      const others = [...selection].filter((one) => !own.has(one));
      workflow.select(selected ? others : [...others, ...members], selectedNotes);
    } else if (!selected) looks.selectGroup(id);
    carry(event);
  };
  const { left, top, right, bottom } = box;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a frame is no set of form fields, and a fieldset would bring its looks along.
    <div
      className={dock ? "group-frame collapsed" : "group-frame"}
      role="group"
      aria-label={`Group ${title}, ${members.length} nodes${dock ? ", collapsed" : ""}`}
      tabIndex={-1}
      data-frame={id}
      onPointerDown={press}
      onDoubleClick={() => screen.show({ editing: { what: "group", id } })}
      data-colour={colour}
      data-selected={selected || undefined}
      data-state={state}
      style={{
        left,
        top,
        width: right - left,
        height: bottom - top,
        ...(by && { translate: `${by.x}px ${by.y}px` }),
      }}
    >
      <div className="group-header">
        <button
          type="button"
          className="group-fold"
          data-nodrag
          aria-expanded={!dock}
          aria-label={dock ? `Open ${title}` : `Collapse ${title}`}
          title={dock ? "Open the group" : "Collapse the group to one card"}
          onDoubleClick={(event) => event.stopPropagation()}
          onClick={() => workflow.edit((now) => setGroup(now, id, { collapsed: dock ? undefined : true }))}
        >
          {dock ? <ChevronRight size={14} /> : <ChevronDown size={14} />}
        </button>
        {editing ? (
          <TitleInput
            label="Title of the group"
            value={title}
            placeholder="Group"
            done={(typed) => {
              if (typed !== undefined) looks.setTitle("group", id, typed);
              screen.show({ editing: undefined });
            }}
          />
        ) : (
          <span className="group-title">{title || "Group"}</span>
        )}
        <small>{members.length}</small>
      </div>
      {dock && dock.rows.length > 0 && (
        <div className="node-ports">
          <Rows rows={dock.rows} side="input" />
          <Rows rows={dock.rows} side="output" />
        </div>
      )}
    </div>
  );
}

function Rows({ rows, side }: { readonly rows: readonly DockRow[]; readonly side: DockRow["side"] }) {
  const { edits, naming } = useEditor();
  const { end } = useStore(naming, (now) => now);
  return (
    <ul>
      {rows
        .filter((row) => row.side === side)
        .map(({ node, port }) => (
          <li key={`${node}.${port}`} className="port" data-side={side} title={end(`${node}.${port}`)}>
            <span
              className="socket"
              data-side={side}
              data-linked
              data-shape="round"
              data-kind={edits.typeOf({ node, port, side })?.kind ?? "unknown"}
            />
            <span>{port}</span>
          </li>
        ))}
    </ul>
  );
}
