import type { Point, Size } from "../canvas/geometry.ts";
import { type Bounds, type Camera, toScreen } from "./camera.ts";
import { nearestTo } from "./find-points.ts";

/** Pixels that are free at the edges while all of a map is shown: half of a large picture, and a line of text. */
export const freeEdge = 64;
/** Below this side in pixels nobody sees what is on a picture, and a point is a dot. */
const leastSide = 12;
const mostSide = 96;
/** What a picture may take of the room that a point has on the average, so that there are places between them. */
const share = 0.7;
/** Pixels from a dot's middle that count as on it. */
const dotReach = 7;

/** The side that a point's place would have if all had the same: of the map's area over their number, in the map's units. */
export function spacingOf({ least, most }: Bounds, count: number): number {
  const [width, height] = [most.x - least.x, most.y - least.y];
  const longer = Math.max(width, height);
  // A map that is nearly a line has room beside the line.
  return Math.sqrt((Math.max(width, longer / 4) * Math.max(height, longer / 4)) / count);
}

/** Pixels of a picture's side at that scale; 0 if points are dots. */
export function pictureSide({ scale }: Camera, spacing: number): number {
  const side = Math.round(share * spacing * scale);
  return side < leastSide ? 0 : Math.min(mostSide, side);
}

/** Calls `draw` with each point of which something is inside the window, in their order, and the pixel of its middle. */
export function eachVisible(
  camera: Camera,
  points: readonly number[],
  { width, height }: Size,
  reach: number,
  draw: (item: number, x: number, y: number) => void,
): void {
  const { scale, left, top } = camera;
  for (let item = 0; item < points.length / 2; item++) {
    const x = Math.round(left + points[2 * item]! * scale);
    const y = Math.round(top - points[2 * item + 1]! * scale);
    if (x > -reach && y > -reach && x < width + reach && y < height + reach) draw(item, x, y);
  }
}

/** The point whose picture or dot is at a place of the map, of several the nearest. `side` is that of a picture, or 0. */
export function pointAt(camera: Camera, points: readonly number[], side: number, place: Point): number | undefined {
  const [item] = nearestTo(place, points, 1);
  if (item === undefined) return undefined;
  const at = toScreen(camera, place);
  const there = toScreen(camera, { x: points[2 * item]!, y: points[2 * item + 1]! });
  const reach = side > 0 ? side / 2 : dotReach;
  return Math.max(Math.abs(at.x - there.x), Math.abs(at.y - there.y)) <= reach ? item : undefined;
}
