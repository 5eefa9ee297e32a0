import type { Point } from "./geometry.ts";

/** An SVG path that leaves to the right and arrives from the left; if it has to turn back, it does so halfway down. */
export function linkCurve(from: Point, to: Point): string {
  if (to.x < from.x) {
    const turn = 36;
    const x = (from.x + to.x) / 2;
    const y = (from.y + to.y) / 2;
    return (
      `M${from.x} ${from.y}C${from.x + turn} ${from.y} ${from.x + turn} ${y} ${x} ${y}` +
      `C${to.x - turn} ${y} ${to.x - turn} ${to.y} ${to.x} ${to.y}`
    );
  }
  const reach = Math.max(24, Math.min(160, (to.x - from.x) / 2));
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}
