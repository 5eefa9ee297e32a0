import type { RefObject } from "react";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** Pixels by one key. */
const keyStep = 24;

/** The edge of the docked viewer, which is dragged, or moved by arrow keys, to make it wider. */
export function DockEdge({ of }: { readonly of: RefObject<HTMLElement | null> }) {
  const { viewer } = useEditor();
  const width = useStore(viewer, (now) => now.width);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved.
    <div
      className="viewer-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the viewer"
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        if (event.buttons === 1) viewer.resize(of.current!.getBoundingClientRect().right - event.clientX);
      }}
      onKeyDown={({ key }) => {
        if (key === "ArrowLeft") viewer.resize(width + keyStep);
        else if (key === "ArrowRight") viewer.resize(width - keyStep);
      }}
    />
  );
}
