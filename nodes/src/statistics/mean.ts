import type { Vector } from "../vectors/vectors.ts";

/** The arithmetic mean; NaN of nothing. */
export function mean(a: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]!;
  return total / a.length;
}

/** Of the population: the root of the mean square distance from the mean. */
export function deviation(a: Vector): number {
  const middle = mean(a);
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - middle) ** 2;
  return Math.sqrt(total / a.length);
}
