import { type KeyboardEvent, type PointerEvent, useRef, useSyncExternalStore } from "react";
import { bounds } from "../editor/sizes.ts";
import { useEditor, useStore } from "../editor/use-editor.ts";

/** In a narrow window the panel lies below the canvas. The styles say the same. */
const narrow = "(max-width: 720px)";
/** What an arrow key adds: pixels, and shares of the height. */
const keySteps = { beside: 24, below: 0.05 } as const;

/** Whether the panel lies below the canvas. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(narrow);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(narrow).matches,
    () => false,
  );
}

/** The edge of the side panel, which is dragged to make it larger or smaller; arrow keys do the same. */
export function SideEdge() {
  const { sizes } = useEditor();
  const isBelow = useNarrow();
  const which = isBelow ? "below" : "beside";
  const size = useStore(sizes, (now) => now[which]);
  const dragged = useRef<{ readonly at: number; readonly size: number }>(undefined);
  const { least, most } = bounds[which];
  const place = ({ clientX, clientY }: PointerEvent) => (isBelow ? clientY / innerHeight : clientX);
  const onKeyDown = (event: KeyboardEvent) => {
    const larger = isBelow ? "ArrowUp" : "ArrowLeft";
    const smaller = isBelow ? "ArrowDown" : "ArrowRight";
    if (event.key !== larger && event.key !== smaller) return;
    event.preventDefault();
    event.stopPropagation();
    sizes.set({ [which]: size + (event.key === larger ? 1 : -1) * keySteps[which] });
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule does not move.
    <div
      className="side-edge"
      role="separator"
      tabIndex={0}
      aria-label="Size of the panel"
      aria-orientation={isBelow ? "horizontal" : "vertical"}
      aria-valuemin={percent(least)}
      aria-valuemax={percent(most)}
      aria-valuenow={percent(size)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        dragged.current = { at: place(event), size };
      }}
      onPointerMove={(event) => {
        const from = dragged.current;
        if (from) sizes.set({ [which]: from.size + from.at - place(event) });
      }}
      onLostPointerCapture={() => {
        dragged.current = undefined;
      }}
    />
  );
}

/** A size as a whole number: pixels, or hundredths of the height. */
function percent(size: number): number {
  return Math.round(size <= 1 ? size * 100 : size);
}
