import type { Point } from "./geometry.ts";

/**
 * The node nearest to `from` in a direction (a unit vector along one axis), or undefined if there is none. Distance
 * sideways counts twice as much as distance ahead. Any node if `from` is not among the places.
 */
export function nearestIn(
  direction: Point,
  from: string | undefined,
  places: ReadonlyMap<string, Point>,
): string | undefined {
  const here = from === undefined ? undefined : places.get(from);
  if (!here) return places.keys().next().value;
  let best: { readonly id: string; readonly far: number } | undefined;
  for (const [id, { x, y }] of places) {
    const along = (x - here.x) * direction.x + (y - here.y) * direction.y;
    const aside = Math.abs((x - here.x) * direction.y) + Math.abs((y - here.y) * direction.x);
    const far = along + 2 * aside;
    if (along > 0 && (!best || far < best.far)) best = { id, far };
  }
  return best?.id;
}
