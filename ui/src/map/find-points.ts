import type { Point } from "../canvas/geometry.ts";

/** The points nearest to a place, the nearest first, by their numbers. `points` has x and y of each in turn. */
export function nearestTo({ x, y }: Point, points: readonly number[], count: number): readonly number[] {
  const found: { item: number; square: number }[] = [];
  for (let item = 0; item < points.length / 2; item++) {
    const square = (points[2 * item]! - x) ** 2 + (points[2 * item + 1]! - y) ** 2;
    if (found.length === count && square >= found[count - 1]!.square) continue;
    let at = found.length;
    while (at > 0 && found[at - 1]!.square > square) at--;
    found.splice(at, 0, { item, square });
    found.length = Math.min(found.length, count);
  }
  return found.map(({ item }) => item);
}

/** The points inside an outline, by the even-odd rule; the outline closes itself. */
export function pointsInside(outline: readonly Point[], points: readonly number[]): readonly number[] {
  const inside: number[] = [];
  for (let item = 0; item < points.length / 2; item++)
    if (isInside(outline, { x: points[2 * item]!, y: points[2 * item + 1]! })) inside.push(item);
  return inside;
}

function isInside(outline: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  let before = outline.at(-1);
  for (const here of outline) {
    const crosses = here.y > y !== before!.y > y;
    if (crosses && x < ((before!.x - here.x) * (y - here.y)) / (before!.y - here.y) + here.x) inside = !inside;
    before = here;
  }
  return inside;
}

/** Numbers as people write them: "0, 3, 5-9". In any order, without repeats. */
export function writeItems(items: Iterable<number>): string {
  const sorted = [...new Set(items)].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const item of sorted) {
    const last = runs.at(-1);
    if (last && item === last[1] + 1) last[1] = item;
    else runs.push([item, item]);
  }
  return runs.map(([from, to]) => (to > from + 1 ? `${from}-${to}` : from === to ? from : `${from}, ${to}`)).join(", ");
}
