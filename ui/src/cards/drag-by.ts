import type { Point } from "../canvas/geometry.ts";

/** Pixels that the pointer has to move before a press becomes a drag. */
const least = 3;

/**
 * Follows the pointer from where it went down until it goes up. `moved` is called with how far it is from there, in canvas units at the scale
 * given; `ended` with the same, or undefined if it was only a press, or `hand` was aborted meanwhile.
 */
export function dragBy(
  down: { readonly clientX: number; readonly clientY: number },
  scale: () => number,
  moved: (by: Point) => void,
  ended: (by: Point | undefined) => void,
  hand: AbortSignal,
): void {
  const off = new AbortController();
  let by: Point | undefined;
  const move = ({ clientX, clientY }: PointerEvent) => {
    const [x, y] = [clientX - down.clientX, clientY - down.clientY];
    if (!by && Math.hypot(x, y) < least) return;
    by = { x: x / scale(), y: y / scale() };
    moved(by);
  };
  const end = () => {
    off.abort();
    ended(by);
  };
  const cancel = () => {
    by = undefined;
    end();
  };
  hand.addEventListener("abort", cancel, { signal: off.signal });
  addEventListener("pointermove", move, { signal: off.signal });
  addEventListener("pointerup", end, { signal: off.signal });
  addEventListener("pointercancel", end, { signal: off.signal });
}
