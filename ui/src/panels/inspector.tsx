import { editor } from "../state/editor.ts";
import { useStore } from "../state/store.ts";
import { ManyPanel } from "./many-panel.tsx";
import { NodePanel } from "./node-panel.tsx";
import { WorkflowPanel } from "./workflow-panel.tsx";

/** What is chosen, in full: one node, several, or the workflow itself. */
export function Inspector() {
  const selection = useStore(editor, (now) => now.selection);
  if (selection.size > 1) return <ManyPanel ids={selection} />;
  const [id] = selection;
  return id === undefined ? <WorkflowPanel /> : <NodePanel key={id} id={id} />;
}
