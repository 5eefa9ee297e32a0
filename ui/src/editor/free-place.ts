import { freeSpot } from "../canvas/free-spot.ts";
import { type Box, boxAt, type Point } from "../canvas/geometry.ts";
import { typicalCard } from "../canvas/shapes.ts";
import type { Canvas } from "./canvas.ts";

/** The cards on the canvas of the page; none while there is no canvas. */
export function boxesOn(canvas: Canvas): ReadonlyMap<string, Box> {
  return canvas.get().view?.boxes() ?? new Map();
}

/** The place nearest to this one at which a new card lies on no other. */
export function freePlace(canvas: Canvas, place: Point): Point {
  return rounded(freeSpot(boxAt(place, typicalCard), [...boxesOn(canvas).values()]));
}

/** In whole canvas units. */
export function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}
