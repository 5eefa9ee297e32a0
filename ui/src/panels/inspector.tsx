import { useEditor, useStore } from "../editor/use-editor.ts";
import { ManyPanel } from "./many-panel.tsx";
import { NodePanel } from "./node-panel.tsx";
import { WorkflowPanel } from "./workflow-panel.tsx";

/** The selection in full: one node, several, or the workflow itself. */
export function Inspector() {
  const selection = useStore(useEditor().workflow, (now) => now.selection);
  if (selection.size > 1) return <ManyPanel ids={selection} />;
  const [id] = selection;
  return id === undefined ? <WorkflowPanel /> : <NodePanel key={id} id={id} />;
}
