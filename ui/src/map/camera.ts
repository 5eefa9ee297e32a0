import type { Point, Size } from "../canvas/geometry.ts";

/** How a map lies on the screen, in CSS pixels: (x, y) is drawn at (left + x · scale, top - y · scale), since y grows upwards. */
export type Camera = { readonly scale: number; readonly left: number; readonly top: number };

/** The smallest rectangle that holds all points. */
export type Bounds = { readonly least: Point; readonly most: Point };

/** How often a map can be enlarged over the scale that shows all of it, and how far made smaller. */
const closest = 400;
const farthest = 0.25;

/** The bounds of x and y of each point in turn. */
export function boundsOf(points: readonly number[]): Bounds {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    bottom = Math.min(bottom, points[i + 1]!);
    top = Math.max(top, points[i + 1]!);
  }
  return { least: { x: left, y: bottom }, most: { x: right, y: top } };
}

/** Shows all of it in the middle, `margin` pixels from the edges. */
export function fitAll({ least, most }: Bounds, { width, height }: Size, margin: number): Camera {
  const room = (length: number) => Math.max(1, length - 2 * margin);
  const scale = Math.min(room(width) / (most.x - least.x || 1), room(height) / (most.y - least.y || 1));
  const left = width / 2 - ((least.x + most.x) / 2) * scale;
  return { scale, left, top: height / 2 + ((least.y + most.y) / 2) * scale };
}

/** Where a point of the map is on the screen. */
export function toScreen({ scale, left, top }: Camera, { x, y }: Point): Point {
  return { x: left + x * scale, y: top - y * scale };
}

/** What point of the map is there on the screen. */
export function toMap({ scale, left, top }: Camera, { x, y }: Point): Point {
  return { x: (x - left) / scale, y: (top - y) / scale };
}

/** Moved by so many pixels. */
export function panBy(camera: Camera, { x, y }: Point): Camera {
  return { ...camera, left: camera.left + x, top: camera.top + y };
}

/** Enlarged by a factor around a place on the screen, within limits around the scale `whole` that shows all of it. */
export function zoomAt(camera: Camera, at: Point, factor: number, whole: number): Camera {
  const scale = Math.min(closest * whole, Math.max(farthest * whole, camera.scale * factor));
  const by = scale / camera.scale;
  return { scale, left: at.x - (at.x - camera.left) * by, top: at.y - (at.y - camera.top) * by };
}

/** A coordinate with the digits that the scale can tell apart: a hundredth of a pixel. */
export function roundTo(scale: number, value: number): number {
  const digits = Math.min(12, Math.max(0, Math.ceil(Math.log10(100 * scale))));
  return Number(value.toFixed(digits));
}
