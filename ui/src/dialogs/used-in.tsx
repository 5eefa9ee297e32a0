import type { NodeJson } from "@clipwork/engine";
import { countNodes } from "../document/count-nodes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { titleOf } from "../editor/workflow.ts";
import { counted } from "../runs/words.ts";

/** The open documents that have such nodes, each to be brought to the front; `what` they are nodes of. */
export function UsedIn({ what, is }: { readonly what: string; readonly is: (node: NodeJson) => boolean }) {
  const { tabs, workflow, screen } = useEditor();
  // What is open, and the document in front as it is now.
  useStore(tabs, (state) => state);
  useStore(workflow, (state) => state);
  const users = tabs.all().flatMap(({ id, history: { present } }) => {
    const count = countNodes(present, is);
    return count === 0 ? [] : [{ id, title: titleOf(present), count }];
  });
  if (users.length === 0) return <p className="muted">No document that is open here has nodes of {what}.</p>;
  return (
    <ul className="used-in">
      {users.map(({ id, title, count }) => (
        <li key={id}>
          <button
            type="button"
            className="button"
            onClick={() => {
              tabs.show(id);
              screen.show({ dialog: undefined });
            }}
          >
            <bdi>{title}</bdi>
          </button>
          <span className="muted">{counted(count, "node")}</span>
        </li>
      ))}
    </ul>
  );
}
