import type { Point } from "./geometry.ts";

/** The frame of a reroute, in canvas units: a dot with room for its sockets on both sides. As node.css draws it. */
export const dotSize = { width: 34, height: 18 } as const;

/** The place of a reroute whose dot has its middle there. */
export function dotAt({ x, y }: Point): Point {
  return { x: Math.round(x - dotSize.width / 2), y: Math.round(y - dotSize.height / 2) };
}
