import type { NoteJson, Problem } from "@clipwork/engine";
import type { CanvasView } from "../canvas/canvas-view.ts";
import type { Transform } from "../canvas/geometry.ts";
import { groupsOf } from "../document/groups.ts";
import { notesOf } from "../document/notes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { stateIn } from "../runs/run-view.ts";

/** All nodes as a list, by their groups, and notes: the graph for people who cannot see it, or have lost a node in it. */
export function Outline() {
  const { workflow, runs, problems, canvas, naming, looks } = useEditor();
  const nodes = useStore(workflow, ({ history }) => history.present.nodes);
  const groups = useStore(workflow, ({ history }) => groupsOf(history.present));
  const notes = useStore(workflow, ({ history }) => notesOf(history.present));
  const selection = useStore(workflow, (now) => now.selection);
  const selectedNotes = useStore(workflow, (now) => now.selectedNotes);
  const { name, end } = useStore(naming, (now) => now);
  const shown = useStore(runs, (now) => now.shown);
  const byNode = useStore(problems, (now) => now.byNode);
  const go = (id: string) => {
    workflow.select([id]);
    void canvas.jumpTo(id);
  };
  const goToGroup = (id: string) => {
    looks.selectGroup(id);
    void canvas.get().view?.fit(groups.get(id)?.members);
  };
  const goToNote = (id: string) => {
    workflow.select([], [id]);
    const { view } = canvas.get();
    if (view) void view.moveTo(centredOn(notes.get(id)!, view));
  };
  const row = (id: string) => {
    const { type, inputs = {} } = nodes[id]!;
    return (
      <li key={id}>
        <button type="button" aria-current={selection.has(id)} onClick={() => go(id)}>
          <span className="kind-dot" data-group={type.split(".")[0]} />
          <strong>{name(id)}</strong>
          <small>
            {[
              stateIn(shown, id),
              problemCount(byNode.get(id)),
              Object.values(inputs).length > 0 ? `from ${Object.values(inputs).map(end).join("; ")}` : undefined,
            ]
              .filter(Boolean)
              .join(" · ")}
          </small>
        </button>
      </li>
    );
  };
  const grouped = new Set([...groups.values()].flatMap(({ members }) => members));
  return (
    <section className="panel-part outline">
      <h2>{Object.keys(nodes).length} nodes</h2>
      <ul>
        {[...groups].map(([id, { title, members }]) => (
          <li key={id}>
            <button type="button" aria-current={false} onClick={() => goToGroup(id)}>
              <strong>{title || "Group"}</strong>
              <small>group of {members.length}</small>
            </button>
            <ul>{members.map(row)}</ul>
          </li>
        ))}
        {Object.keys(nodes)
          .filter((id) => !grouped.has(id))
          .map(row)}
        {[...notes].map(([id, { text }]) => (
          <li key={id}>
            <button type="button" aria-current={selectedNotes?.has(id) === true} onClick={() => goToNote(id)}>
              <strong>Note</strong>
              <small>{text.slice(0, 80)}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function problemCount(problems: readonly Problem[] | undefined): string | undefined {
  if (!problems) return undefined;
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}

/** The camera that has the note in the middle of what the window shows, at the same scale. */
function centredOn({ x, y, width, height }: NoteJson, view: CanvasView): Transform {
  const now = view.camera();
  const { left, top, right, bottom } = view.visible();
  const by = { x: x + width / 2 - (left + right) / 2, y: y + height / 2 - (top + bottom) / 2 };
  return { k: now.k, x: now.x - by.x * now.k, y: now.y - by.y * now.k };
}
