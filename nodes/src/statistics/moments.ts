import type { Vector } from "../vectors/vectors.ts";

/** The mean [D] and the covariance [D, D] of a set of vectors. */
export type Moments = { readonly mean: Float64Array; readonly covariance: Float64Array };

/** The mean [D] of vectors of D numbers each. */
function meanVector(rows: readonly Vector[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let i = 0; i < mean.length; i++) mean[i]! += row[i]!;
  return mean.map((sum) => sum / rows.length);
}

/** Mean and covariance of two or more vectors, the covariance with the divisor N - 1, as `numpy.cov` has it. */
export function moments(rows: readonly Vector[]): Moments {
  const mean = meanVector(rows);
  const size = mean.length;
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  for (const row of rows) {
    for (let i = 0; i < size; i++) centred[i] = row[i]! - mean[i]!;
    for (let i = 0; i < size; i++) {
      const factor = centred[i]!;
      for (let j = i; j < size; j++) covariance[i * size + j]! += factor * centred[j]!;
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = i; j < size; j++) {
      const value = covariance[i * size + j]! / (rows.length - 1);
      covariance[i * size + j] = value;
      covariance[j * size + i] = value;
    }
  return { mean, covariance };
}
