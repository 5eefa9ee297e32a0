import type { Vector } from "../vectors/vectors.ts";

/** The value below which a share `q` in [0, 1] of the numbers lies, interpolated linearly between neighbours (Hyndman and Fan's type 7). */
export function quantile(values: Vector, q: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * q;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
