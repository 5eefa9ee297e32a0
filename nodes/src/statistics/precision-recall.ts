import type { Vector } from "../vectors/vectors.ts";
import { squaredDistance } from "../vectors/vectors.ts";

/** Whether each vector of the one set lies in the other's manifold. */
export type Covered = {
  /** Of each made vector, whether it lies among the real ones: their share is the precision. */
  readonly made: readonly boolean[];
  /** Of each real vector, whether it lies among the made ones: their share is the recall. */
  readonly real: readonly boolean[];
};

/**
 * Precision and recall by manifolds of nearest neighbours (Kynkäänniemi et al. 2019, "Improved precision and recall metric"): a set's
 * manifold is the union of balls about its vectors, each as wide as the distance to its k-th nearest neighbour within the set.
 * Both sets have more than k vectors.
 */
export function precisionRecall(real: readonly Vector[], made: readonly Vector[], k = 3): Covered {
  return { made: covered(made, real, k), real: covered(real, made, k) };
}

function covered(points: readonly Vector[], set: readonly Vector[], k: number): boolean[] {
  const radii = set.map((centre, i) => {
    const distances = Float64Array.from(set, (other, j) => (i === j ? Infinity : squaredDistance(centre, other)));
    return distances.sort()[k - 1]!;
  });
  return points.map((point) => set.some((centre, i) => squaredDistance(point, centre) <= radii[i]!));
}
