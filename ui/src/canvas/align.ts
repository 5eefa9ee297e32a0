import { type Box, boxAround, type Point } from "./geometry.ts";

/** What is brought in line: a side of the cards, or their centres from left to right or from top to bottom. */
export type Alignment = "left" | "centre" | "right" | "top" | "middle" | "bottom";
export type Boxes = ReadonlyMap<string, Box>;

/** The places of the upper left corners at which the boxes stand in line with the side, or the middle, of all of them. */
export function aligned(boxes: Boxes, to: Alignment): Map<string, Point> {
  const all = boxAround([...boxes.values()]);
  const places = new Map<string, Point>();
  for (const [id, { left, top, right, bottom }] of boxes) {
    const place: { readonly [alignment in Alignment]: Point } = {
      left: { x: all!.left, y: top },
      centre: { x: (all!.left + all!.right - (right - left)) / 2, y: top },
      right: { x: all!.right - (right - left), y: top },
      top: { x: left, y: all!.top },
      middle: { x: left, y: (all!.top + all!.bottom - (bottom - top)) / 2 },
      bottom: { x: left, y: all!.bottom - (bottom - top) },
    };
    places.set(id, place[to]);
  }
  return places;
}

/**
 * The places at which there is the same gap between each box and the next, from left to right ("x") or from top to bottom ("y"). The
 * outermost stay; if there is no room between them, the gaps are negative. Fewer than three stay as they are.
 */
export function distributed(boxes: Boxes, axis: "x" | "y"): Map<string, Point> {
  const [from, to] = axis === "x" ? (["left", "right"] as const) : (["top", "bottom"] as const);
  const sorted = [...boxes].sort(([, a], [, b]) => a[from] + a[to] - b[from] - b[to]);
  const first = sorted[0]?.[1];
  const last = sorted.at(-1)?.[1];
  const places = new Map<string, Point>();
  if (!first || !last || sorted.length < 3) return places;
  const sizes = sorted.reduce((sum, [, box]) => sum + box[to] - box[from], 0);
  const gap = (last[to] - first[from] - sizes) / (sorted.length - 1);
  let at = first[from];
  for (const [id, box] of sorted) {
    places.set(id, axis === "x" ? { x: at, y: box.top } : { x: box.left, y: at });
    at += box[to] - box[from] + gap;
  }
  return places;
}
