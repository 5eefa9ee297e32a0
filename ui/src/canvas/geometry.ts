/** A place, in canvas units or in pixels of the window. */
export type Point = { readonly x: number; readonly y: number };

export type Size = { readonly width: number; readonly height: number };

/** A rectangle by its four sides. */
export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

/** How the canvas is placed in its window: its point p is drawn at k · p + (x, y). */
export type Transform = Point & { readonly k: number };

/** Limits of the scale `k`. */
export const smallest = 0.04;
export const largest = 3;
/** Scale below which no workflow opens: the text of a card has 12 pixels and more there. */
export const readable = 0.9;
/** Scale below which nodes show only their title and picture. */
export const far = 0.42;

/** The rectangle of that size whose top left corner is `at`. */
export function boxAt({ x, y }: Point, { width, height }: Size): Box {
  return { left: x, top: y, right: x + width, bottom: y + height };
}

/** The rectangle between two opposite corners, in whatever order. */
export function boxBetween(a: Point, b: Point): Box {
  return { left: Math.min(a.x, b.x), top: Math.min(a.y, b.y), right: Math.max(a.x, b.x), bottom: Math.max(a.y, b.y) };
}

/** The smallest rectangle around all of them; undefined if there are none. */
export function boxAround(boxes: readonly Box[]): Box | undefined {
  const [first, ...others] = boxes;
  return (
    first &&
    others.reduce(
      (all, { left, top, right, bottom }) => ({
        left: Math.min(all.left, left),
        top: Math.min(all.top, top),
        right: Math.max(all.right, right),
        bottom: Math.max(all.bottom, bottom),
      }),
      first,
    )
  );
}

/** Whether two rectangles overlap. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && a.right > b.left && a.top < b.bottom && a.bottom > b.top;
}

/** Whether two rectangles are the same. */
export function isSameBox(a: Box, b: Box): boolean {
  return a.left === b.left && a.right === b.right && a.top === b.top && a.bottom === b.bottom;
}

/** The rectangle with `by` more on every side. */
export function grown({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/** The point of the canvas that is drawn at `at`, counted from the window's top left corner. */
export function toCanvas({ x, y }: Point, transform: Transform): Point {
  return { x: (x - transform.x) / transform.k, y: (y - transform.y) / transform.k };
}

/** Shows the whole rectangle in the middle, with `margin` pixels around it, never larger than at scale 1. */
export function fitInto({ left, top, right, bottom }: Box, { width, height }: Size, margin = 28): Transform {
  const scale = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top), 1);
  const k = Math.max(smallest, scale);
  return { k, x: (width - (right - left) * k) / 2 - left * k, y: (height - (bottom - top) * k) / 2 - top * k };
}

/**
 * Shows all of the cards if they can be read then; else, at the smallest scale that can be read, the left end of the graph:
 * the card that stands farthest left, and as much as fits to its right. `frames` around them are seen too. Undefined if there are no cards.
 */
export function fitReadably(
  cards: readonly Box[],
  window: Size,
  frames: readonly Box[] = [],
  margin = 28,
): Transform | undefined {
  const all = boxAround([...cards, ...frames]);
  if (!all || cards.length === 0) return undefined;
  const whole = fitInto(all, window, margin);
  if (whole.k >= readable) return whole;
  const first = cards.reduce((a, b) => (b.left < a.left || (b.left === a.left && b.top < a.top) ? b : a));
  return {
    k: readable,
    x: startOf([all.left, all.right], [first.left, first.right], window.width, margin),
    y: startOf([all.top, all.bottom], [first.top, first.bottom], window.height, margin),
  };
}

type Extent = readonly [from: number, to: number];

/** Where the canvas begins in a window, in one direction: all of it in the middle, or `first` in view and no margin beyond all. */
function startOf(all: Extent, first: Extent, window: number, margin: number): number {
  const spare = window - (all[0] + all[1]) * readable;
  if ((all[1] - all[0]) * readable <= window - 2 * margin) return spare / 2;
  const centred = (window - (first[0] + first[1]) * readable) / 2;
  return Math.min(margin - all[0] * readable, Math.max(window - margin - all[1] * readable, centred));
}

/** Zooms by a factor around a point of the window, which stays in place; the scale stays within its limits. */
export function zoomAround(now: Transform, factor: number, { x, y }: Point): Transform {
  const k = Math.min(largest, Math.max(smallest, now.k * factor));
  const by = k / now.k;
  return { k, x: x + (now.x - x) * by, y: y + (now.y - y) * by };
}

/**
 * Where a canvas in a window of that size is after `share` of the way from one place to another: the scale changes evenly to
 * the eye, and the point in the middle of the window goes straight.
 */
export function between(from: Transform, to: Transform, share: number, { width, height }: Size): Transform {
  if (share <= 0) return from;
  if (share >= 1) return to;
  const middle = { x: width / 2, y: height / 2 };
  const [a, b] = [toCanvas(middle, from), toCanvas(middle, to)];
  const k = from.k * (to.k / from.k) ** share;
  // While the scale grows, a point counted in pixels of the new scale covers less of the canvas.
  const way = Math.abs(to.k - from.k) < 1e-9 ? share : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
  return { k, x: middle.x - (a.x + (b.x - a.x) * way) * k, y: middle.y - (a.y + (b.y - a.y) * way) * k };
}

/** The least distance to move the canvas so that `card` lies in `window` with `margin` pixels to spare. */
export function shiftIntoView(card: Box, window: Box, margin = 16): Point {
  return {
    x: Math.max(0, window.left + margin - card.left) - Math.max(0, card.right - window.right + margin),
    y: Math.max(0, window.top + margin - card.top) - Math.max(0, card.bottom - window.bottom + margin),
  };
}
