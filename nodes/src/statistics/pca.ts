import type { Vector } from "../vectors/vectors.ts";
import { symmetricEigen } from "./eigen.ts";
import { moments } from "./moments.ts";

/** Directions of a set of vectors by decreasing variance: z = mean + Σ_k a_k · component_k, with a_k = (z - mean) · component_k. */
export type Basis = {
  /** [D] */
  readonly mean: Vector;
  /** [D, D], row-major: one direction of length 1 a row. */
  readonly components: Vector;
  /** [D]: the variance along each direction, with the divisor N - 1. */
  readonly eigenvalues: Vector;
};

/** The principal components of two or more vectors of D numbers each, all D of them. */
export function pca(rows: readonly Vector[]): Basis {
  const { mean, covariance } = moments(rows);
  const { values, vectors } = symmetricEigen(covariance, mean.length);
  return { mean, components: vectors, eigenvalues: values.map((value) => Math.max(0, value)) };
}

/** The coordinates of a vector along the first `count` directions. */
export function project({ mean, components }: Basis, vector: Vector, count: number = vector.length): Float64Array {
  const size = vector.length;
  const coordinates = new Float64Array(count);
  for (let k = 0; k < count; k++)
    for (let i = 0; i < size; i++) coordinates[k]! += components[k * size + i]! * (vector[i]! - mean[i]!);
  return coordinates;
}

/** The vector with these coordinates along the first directions, and 0 along the others. */
export function reconstruct({ mean, components }: Basis, coordinates: Vector): Float64Array {
  const size = mean.length;
  const vector = Float64Array.from(mean);
  for (let k = 0; k < coordinates.length; k++)
    for (let i = 0; i < size; i++) vector[i]! += coordinates[k]! * components[k * size + i]!;
  return vector;
}
