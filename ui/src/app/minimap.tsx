import { Map as MapIcon, X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { Point } from "../canvas/geometry.ts";
import { isBare } from "../document/notes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";
import { drawMinimap, type MinimapView } from "./draw-minimap.ts";

/** A small map of all cards, with what the window shows: a press or a drag on it moves the canvas there. */
export function MinimapPanel() {
  const { minimap, workflow } = useEditor();
  const folded = useStore(minimap, (now) => now.folded);
  const empty = useStore(workflow, ({ history }) => isBare(history.present));
  if (empty) return null;
  return folded ? (
    <button type="button" className="icon-button minimap-open" title="Show the map (Shift+M)" onClick={minimap.toggle}>
      <MapIcon size={16} aria-label="Show the map" />
    </button>
  ) : (
    <Minimap />
  );
}

function Minimap() {
  const editor = useEditor();
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const view = useRef<MinimapView>(null);
  useEffect(() => {
    const drawn = drawMinimap(editor, canvas.current!, frame.current!);
    view.current = drawn;
    return () => drawn.stop();
  }, [editor]);
  const at = ({ clientX, clientY }: React.PointerEvent): Point => {
    const { left, top } = canvas.current!.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  return (
    <div className="minimap">
      <div
        className="minimap-area"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          view.current?.hold(at(event));
        }}
        onPointerMove={(event) => event.buttons !== 0 && view.current?.drag(at(event))}
        onPointerUp={() => view.current?.release()}
        onPointerCancel={() => view.current?.release()}
      >
        <canvas ref={canvas} role="img" aria-label="Map of the workflow" />
        <div ref={frame} className="minimap-window" />
      </div>
      <button
        type="button"
        className="icon-button small"
        title="Fold the map away (Shift+M)"
        onClick={editor.minimap.toggle}
      >
        <X size={12} aria-label="Fold the map away" />
      </button>
    </div>
  );
}
