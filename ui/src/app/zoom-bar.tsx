import { Workflow } from "lucide-react";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** The scale of the canvas, with controls to change it, and to put the nodes in order. */
export function ZoomBar() {
  const { arranging, canvas } = useEditor();
  const scale = useStore(canvas, (now) => Math.round(now.scale * 100));
  const zoomBy = (factor: number) => void canvas.get().view?.zoomBy(factor);
  return (
    <div className="zoom-bar" role="toolbar" aria-label="Canvas">
      <button type="button" title="Zoom out (-)" aria-label="Zoom out" onClick={() => zoomBy(0.8)}>
        −
      </button>
      <button type="button" title="Show everything (.)" onClick={() => void canvas.get().view?.fit()}>
        {scale} %
      </button>
      <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => zoomBy(1.25)}>
        +
      </button>
      <button
        type="button"
        title="Arrange what is selected, or all (Shift+A)"
        aria-label="Arrange"
        onClick={() => void arranging.arrange()}
      >
        <Workflow size={14} aria-hidden />
      </button>
    </div>
  );
}
