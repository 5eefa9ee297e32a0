import { Crosshair } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** The way back if nothing of the workflow is in the window. */
export function BackToContent() {
  const { canvas, workflow } = useEditor();
  const onlyNotes = useStore(workflow, ({ history }) => Object.keys(history.present.nodes).length === 0);
  const lost = useStore(canvas, (now) => now.lost === true);
  if (!lost) return null;
  return (
    <button type="button" className="button back-to-content" onClick={() => void canvas.get().view?.fit()}>
      <Crosshair size={14} aria-hidden />
      Back to the {onlyNotes ? "notes" : "nodes"}
    </button>
  );
}
