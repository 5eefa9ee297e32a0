import { combined, norm, unit, type Vector } from "./vectors.ts";

/** Angles nearer than this to 0 are passed by a straight line; nearer to π, no way is the shortest. */
const smallestAngle = 1e-4;

/** Why two vectors have no spherical interpolation. */
export type NoSlerp = "zero" | "opposite";

/**
 * Spherical interpolation (Shoemake 1985): the direction moves along the great circle from a to b, the norm from |a| to |b|
 * along a line. With Ω the angle between a and b, â and b̂ their directions:
 *
 *   ((1 - θ) |a| + θ |b|) (sin((1 - θ) Ω) â + sin(θ Ω) b̂) / sin Ω
 *
 * For vectors of one norm, as in unCLIP, that is the usual formula. At θ = 0 and 1 the result is a and b themselves. Below
 * Ω = 1e-4 the directions are interpolated along a line. "zero" if one of them has no direction, "opposite" if Ω is within 1e-4
 * of π, where all great circles are as short.
 */
export function slerp(a: Vector, b: Vector, position: number): Float64Array | NoSlerp {
  if (position === 0) return Float64Array.from(a);
  if (position === 1) return Float64Array.from(b);
  const [from, to] = [unit(a), unit(b)];
  if (!from || !to) return "zero";
  const angle = angleBetween(from, to);
  if (Math.PI - angle < smallestAngle) return "opposite";
  const length = (1 - position) * norm(a) + position * norm(b);
  const weights =
    angle < smallestAngle
      ? [1 - position, position]
      : [Math.sin((1 - position) * angle), Math.sin(position * angle)].map((share) => share / Math.sin(angle));
  return combined(
    [from, to],
    weights.map((weight) => weight * length),
  );
}

/** The angle between unit vectors, from 0 to π. The arc cosine of their product would lose half the digits near 0 and π (Kahan). */
function angleBetween(a: Float64Array, b: Float64Array): number {
  return 2 * Math.atan2(norm(combined([a, b], [1, -1])), norm(combined([a, b], [1, 1])));
}
