import { type Box, boxAround, boxAt, overlap, type Point } from "./geometry.ts";

/** Canvas units between cards. */
const gap = 24;
/** Boxes in the neighbourhood whose sides are tried together. */
const near = 24;

/** The place nearest to where the box is wanted at which it lies on no other, with a gap around it. */
export function freeSpot(wanted: Box, taken: readonly Box[]): Point {
  const { left, top, right, bottom } = wanted;
  const size = { width: right - left, height: bottom - top };
  const distance = ({ x, y }: Point) => Math.hypot(x - left, y - top);
  const isFree = (at: Point) => {
    const room = grown(boxAt(at, size));
    return taken.every((box) => !overlap(room, box));
  };
  if (isFree({ x: left, y: top })) return { x: left, y: top };
  const around = taken
    .toSorted((a, b) => distance({ x: a.left, y: a.top }) - distance({ x: b.left, y: b.top }))
    .slice(0, near);
  const xs = [left, ...around.flatMap((box) => [box.right + gap, box.left - gap - size.width])];
  const ys = [top, ...around.flatMap((box) => [box.bottom + gap, box.top - gap - size.height])];
  const free = xs
    .flatMap((x) => ys.map((y) => ({ x, y })))
    .sort((a, b) => distance(a) - distance(b))
    .find(isFree);
  const all = boxAround(taken)!;
  return free ?? { x: all.right + gap, y: top };
}

/** A little less than the gap: what stands exactly a gap away is free. */
function grown({ left, top, right, bottom }: Box): Box {
  const by = gap - 1;
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}
