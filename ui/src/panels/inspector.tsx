import { groupOf } from "../document/groups.ts";
import { isBoundary } from "../document/levels.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { GroupPanel } from "./group-panel.tsx";
import { ManyPanel } from "./many-panel.tsx";
import { NodePanel } from "./node-panel.tsx";
import { NotePanel } from "./note-panel.tsx";
import { SubgraphPanel } from "./subgraph-panel.tsx";
import { WorkflowPanel } from "./workflow-panel.tsx";

/** The selection in full: one node, a group, several nodes, notes, or the workflow itself. */
export function Inspector() {
  const { workflow } = useEditor();
  const selection = useStore(workflow, (now) => now.selection);
  const notes = useStore(workflow, ({ selectedNotes }) => selectedNotes?.size ?? 0);
  const group = useStore(workflow, (now) => groupOf(now.history.present, now.selection));
  const isInside = useStore(workflow, ({ path }) => path.length > 0);
  const [id] = selection;
  const type = useStore(workflow, ({ history }) => (id === undefined ? undefined : history.present.nodes[id]?.type));
  if (selection.size > 1) return group === undefined ? <ManyPanel ids={selection} /> : <GroupPanel id={group} />;
  if (id !== undefined && !isBoundary(type ?? "")) return <NodePanel key={id} id={id} />;
  if (notes > 0) return <NotePanel count={notes} />;
  return isInside ? <SubgraphPanel /> : <WorkflowPanel />;
}
