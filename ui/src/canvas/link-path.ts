import type { Point } from "./geometry.ts";

/** Canvas units of a corner's radius. */
const radius = 10;

/** An SVG path along straight lines with rounded corners. */
export function linkPath(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (!first) return "";
  let path = `M${first.x} ${first.y}`;
  let before = first;
  for (const [i, at] of others.entries()) {
    const next = others[i + 1];
    if (!next) path += `L${at.x} ${at.y}`;
    else {
      const r = Math.min(radius, distance(before, at) / 2, distance(at, next) / 2);
      const into = toward(at, before, r);
      const out = toward(at, next, r);
      path += `L${into.x} ${into.y}Q${at.x} ${at.y} ${out.x} ${out.y}`;
    }
    before = at;
  }
  return path;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The point at that distance from one on the way to another. */
function toward(from: Point, to: Point, by: number): Point {
  const all = distance(from, to);
  if (all === 0) return from;
  return { x: from.x + ((to.x - from.x) * by) / all, y: from.y + ((to.y - from.y) * by) / all };
}
