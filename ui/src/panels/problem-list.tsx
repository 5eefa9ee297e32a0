import type { Problem } from "@clipwork/engine";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { cardOf } from "../document/loops.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { runIdOf } from "../editor/workflow.ts";

const most = 50;

/** Problems in words; a node's problem leads to the node. */
export function ProblemList({ list }: { readonly list: readonly Problem[] }) {
  const { workflow, canvas, naming } = useEditor();
  const prefix = useStore(workflow, (now) => now.prefix);
  const { name, sentence } = useStore(naming, (now) => now);
  // A node that is not on the canvas lies in a subgraph, or outside the one that is open.
  const go = async (at: string) => {
    const path = cardOf(at).split("/");
    const id = path.pop()!;
    if (cardOf(at) !== cardOf(runIdOf({ prefix }, id))) {
      workflow.enter(path);
      await canvas.get().view?.drawn();
    }
    workflow.select([id]);
    await canvas.jumpTo(id);
  };
  const sorted = [...list.filter(isError), ...list.filter((problem) => !isError(problem))];
  return (
    <ul className="problems">
      {sorted.slice(0, most).map((problem, i) => (
        <li key={`${i.toString()} ${problem.code} ${problem.message}`} data-severity={problem.severity}>
          {isError(problem) ? (
            <CircleAlert size={14} aria-label="Error" />
          ) : (
            <TriangleAlert size={14} aria-label="Warning" />
          )}
          <span>
            {sentence(problem.message)} <em>{sentence(problem.remedy)}</em>
            {problem.node !== undefined && (
              <button type="button" className="text-button" onClick={() => void go(problem.node!)}>
                Go to {name(problem.node)}
              </button>
            )}
          </span>
        </li>
      ))}
      {sorted.length > most && <li>And {sorted.length - most} more.</li>}
    </ul>
  );
}

function isError({ severity }: Problem): boolean {
  return severity === "error";
}
