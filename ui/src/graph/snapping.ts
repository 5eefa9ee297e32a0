import { type Box, boxAround, type Point } from "../canvas/geometry.ts";
import { type SnapLine, snapTo } from "../canvas/snap.ts";

/** Pixels of the window within which cards go in line. */
const reachPixels = 6;

/** Brings a card that is dragged in line with those near to it, and draws the lines. */
export type Snapping = {
  /** A drag begins: the box of all that moves with it, and the boxes it may stand in line with. */
  begin(moving: readonly Box[], others: readonly Box[], scale: number): void;
  /** Where the drag's card goes if it is pulled to `to` from `from`, where it stood when the drag began. */
  place(from: Point, to: Point): Point;
  end(): void;
};

/** `add` puts an element into the moving content of the canvas. While `isOff` says so nothing is brought in line. */
export function createSnapping(add: (element: HTMLElement) => void, isOff: () => boolean): Snapping {
  const layer = document.createElement("div");
  layer.className = "snap-lines";
  add(layer);
  let start: Box | undefined;
  let others: readonly Box[] = [];
  let scale = 1;

  function draw(lines: readonly SnapLine[]): void {
    layer.replaceChildren(
      ...lines.map(({ axis, at, from, to }) => {
        const line = document.createElement("div");
        line.dataset.axis = axis;
        line.style.translate = axis === "x" ? `${at}px ${from}px` : `${from}px ${at}px`;
        line.style[axis === "x" ? "height" : "width"] = `${to - from}px`;
        line.style[axis === "x" ? "width" : "height"] = `${1 / scale}px`;
        return line;
      }),
    );
  }

  return {
    begin(moving, near, k) {
      start = boxAround(moving);
      others = near;
      scale = k;
    },
    place(from, to) {
      if (!start || isOff()) {
        draw([]);
        return to;
      }
      const dx = to.x - from.x;
      const dy = to.y - from.y;
      const { left, top, right, bottom } = start;
      const box = { left: left + dx, top: top + dy, right: right + dx, bottom: bottom + dy };
      const { by, lines } = snapTo(box, others, reachPixels / scale);
      draw(lines);
      return { x: to.x + by.x, y: to.y + by.y };
    },
    end() {
      start = undefined;
      draw([]);
    },
  };
}
