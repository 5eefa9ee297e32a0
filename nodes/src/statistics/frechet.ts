import { squaredDistance } from "../vectors/vectors.ts";
import { multiply, symmetricEigen, symmetricRoot, trace } from "./eigen.ts";
import type { Moments } from "./moments.ts";

/**
 * The squared Fréchet distance of two Gaussians: |m1 - m2|² + Tr(S1 + S2 - 2 (S1^½ S2 S1^½)^½) (Dowson and Landau 1982; Heusel et al.
 * 2017 of Inception's features). The symmetric form has the trace of (S1 S2)^½ and needs no root of a matrix that is not symmetric. Never below 0, which rounding might leave of equal ones.
 */
export function frechet(a: Moments, b: Moments): number {
  return frechetFrom(a, symmetricRoot(a.covariance, a.mean.length), b);
}

/** The same from one Gaussian to many: `root` is the symmetric root of the covariance of `a`. */
export function frechetFrom(a: Moments, root: Float64Array, b: Moments): number {
  const size = a.mean.length;
  const between = multiply(multiply(root, b.covariance, size), root, size);
  const { values } = symmetricEigen(between, size);
  const shared = values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const distance = squaredDistance(a.mean, b.mean) + trace(a.covariance, size) + trace(b.covariance, size) - 2 * shared;
  return Math.max(0, distance);
}
