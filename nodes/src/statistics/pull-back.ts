import { dot, type Vector } from "../vectors/vectors.ts";
import { type Eigen, symmetricEigen } from "./eigen.ts";

/** (f(z + h) - f(z - h)) / 2: the change of f along half the way from one to the other, exact for a quadratic f. */
export function centralDifference(ahead: Vector, behind: Vector): Float64Array {
  return Float64Array.from(ahead, (value, i) => (value - behind[i]!) / 2);
}

/**
 * The eigenvalues and eigenvectors [m, m] of the pull-back metric G = JᵀJ of a map whose Jacobian has these m columns: how far the
 * result moves, squared, for a step of length 1 along each eigenvector (Park et al. 2023, arXiv 2307.12868, section 3).
 */
export function pullBack(columns: readonly Vector[]): Eigen {
  const size = columns.length;
  const metric = Float64Array.from({ length: size * size }, (_, i) =>
    dot(columns[Math.floor(i / size)]!, columns[i % size]!),
  );
  const { values, vectors } = symmetricEigen(metric, size);
  return { values: values.map((value) => Math.max(0, value)), vectors };
}

/** exp of the entropy of the values as shares (Roy and Vetterli 2007): m for m equal ones, 1 for a single one, 0 for none. */
export function effectiveRank(values: Vector): number {
  const total = [...values].reduce((sum, value) => sum + value, 0);
  if (total === 0) return 0;
  const shares = Array.from(values, (value) => value / total).filter((share) => share > 0);
  return Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0));
}
