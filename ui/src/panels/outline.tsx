import type { Problem } from "@clipwork/engine";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { stateIn } from "../runs/run-view.ts";

/** All nodes as a list: the graph for people who cannot see it, or have lost a node in it. */
export function Outline() {
  const { workflow, runs, problems, canvas, naming } = useEditor();
  const nodes = useStore(workflow, ({ history }) => history.present.nodes);
  const selection = useStore(workflow, (now) => now.selection);
  const { name, end } = useStore(naming, (now) => now);
  const shown = useStore(runs, (now) => now.shown);
  const byNode = useStore(problems, (now) => now.byNode);
  const go = (id: string) => {
    workflow.select([id]);
    void canvas.jumpTo(id);
  };
  return (
    <section className="panel-part outline">
      <h2>{Object.keys(nodes).length} nodes</h2>
      <ul>
        {Object.entries(nodes).map(([id, { type, inputs = {} }]) => (
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
        ))}
      </ul>
    </section>
  );
}

function problemCount(problems: readonly Problem[] | undefined): string | undefined {
  if (!problems) return undefined;
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}
