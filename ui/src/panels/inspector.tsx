import { groupOf } from "../document/groups.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { GroupPanel } from "./group-panel.tsx";
import { ManyPanel } from "./many-panel.tsx";
import { NodePanel } from "./node-panel.tsx";
import { NotePanel } from "./note-panel.tsx";
import { WorkflowPanel } from "./workflow-panel.tsx";

/** The selection in full: one node, a group, several nodes, notes, or the workflow itself. */
export function Inspector() {
  const { workflow } = useEditor();
  const selection = useStore(workflow, (now) => now.selection);
  const notes = useStore(workflow, ({ selectedNotes }) => selectedNotes?.size ?? 0);
  const group = useStore(workflow, (now) => groupOf(now.history.present, now.selection));
  if (selection.size > 1) return group === undefined ? <ManyPanel ids={selection} /> : <GroupPanel id={group} />;
  const [id] = selection;
  if (id !== undefined) return <NodePanel key={id} id={id} />;
  return notes > 0 ? <NotePanel count={notes} /> : <WorkflowPanel />;
}
