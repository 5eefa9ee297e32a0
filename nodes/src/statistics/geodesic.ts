import { Matrix, solve } from "ml-matrix";
import { combined, dot, norm, type Vector } from "../vectors/vectors.ts";

/** Points of a curve, its ends included, and what a map makes of each. */
export type Curve = { readonly points: readonly Float64Array[]; readonly seen: readonly Vector[] };

/** The lengths of a curve's segments behind the map, from its start on. */
export function segmentsOf({ seen }: Pick<Curve, "seen">): readonly number[] {
  return seen.slice(1).map((there, k) => norm(combined([there, seen[k]!], [1, -1])));
}

/** The energy of a discrete curve: n Σ |f(z_{k+1}) - f(z_k)|² over its n segments, at least the square of its length. */
export function energyOf(curve: Pick<Curve, "seen">): number {
  const segments = segmentsOf(curve);
  return segments.length * segments.reduce((sum, length) => sum + length ** 2, 0);
}

export type GeodesicOptions = {
  /** The curve to begin with, its two ends fixed; one point or more in between. */
  readonly points: readonly Float64Array[];
  /** The directions in which the points in between may move, each as long as its unit. */
  readonly axes: readonly Vector[];
  /** How far to move for the differences, in these units. */
  readonly step: number;
  /** How often to move the points. */
  readonly rounds: number;
  /** What the map makes of points: the only cost. */
  readonly map: (points: readonly Float64Array[]) => Promise<readonly Vector[]>;
  /** Called with the curve to begin with, and with the best one after each round. */
  readonly onRound: (curve: Curve) => void;
};

/** What each round trusts its linear model less by, relative to the metric, at first. */
const firstDamping = 0.1;

/**
 * The discrete geodesic between two points under the pull-back metric JᵀJ of a map f (Shao, Kumar and Fletcher 2018, arXiv 1711.08014,
 * section 3): the points in between are moved so that the energy of the curve f(z_0) … f(z_n) falls. Each round finds J at each of them by
 * forward differences, solves the linear least squares of all moves together, and keeps the move only if the energy itself fell
 * (Levenberg and Marquardt); so the result is never worse than the start. With n + 1 points, of which n - 1 in between, m axes and r rounds the
 * map is asked of at most n + 1 + r (n - 1) (m + 1) points.
 */
export async function discreteGeodesic(options: GeodesicOptions): Promise<Curve> {
  const { axes, step, rounds, map, onRound } = options;
  let curve: Curve = { points: options.points, seen: await map(options.points) };
  onRound(curve);
  let damping = firstDamping;
  let columns: readonly (readonly Vector[])[] | undefined;
  for (let round = 0; round < rounds && energyOf(curve) > 0; round++) {
    columns ??= await differences(curve, axes, step, map);
    const moves = movesOf(curve.seen, columns, damping);
    const between = inner(curve.points).map((point, k) => combined([point, ...axes], [1, ...moves[k]!]));
    const [from, to] = [0, curve.points.length - 1];
    const tried: Curve = {
      points: [curve.points[from]!, ...between, curve.points[to]!],
      seen: [curve.seen[from]!, ...(await map(between)), curve.seen[to]!],
    };
    if (energyOf(tried) < energyOf(curve)) {
      curve = tried;
      columns = undefined;
      damping /= 10;
    } else damping *= 10;
    onRound(curve);
  }
  return curve;
}

const inner = <T>(all: readonly T[]): readonly T[] => all.slice(1, -1);

/** For each point in between the columns of J along the axes. */
async function differences(
  { points, seen }: Curve,
  axes: readonly Vector[],
  step: number,
  map: GeodesicOptions["map"],
) {
  const ahead = await map(inner(points).flatMap((point) => axes.map((axis) => combined([point, axis], [1, step]))));
  return inner(seen).map((here, k) =>
    axes.map((_, i) => combined([ahead[k * axes.length + i]!, here], [1 / step, -1 / step])),
  );
}

/**
 * The moves of all points in between, along the axes, that make Σ |f_{k+1} + J_{k+1} δ_{k+1} - f_k - J_k δ_k|² least, damped: a block
 * tridiagonal system of symmetric normal equations.
 */
function movesOf(seen: readonly Vector[], columns: readonly (readonly Vector[])[], damping: number): number[][] {
  const size = columns[0]!.length;
  const flat = columns.flat();
  const pointOf = (place: number) => Math.floor(place / size);
  const matrix = Matrix.zeros(flat.length, flat.length);
  for (const [a, column] of flat.entries())
    for (const [b, other] of flat.entries()) {
      const apart = Math.abs(pointOf(a) - pointOf(b));
      if (apart < 2) matrix.set(a, b, (apart === 0 ? 2 : -1) * dot(column, other));
    }
  const mean = matrix.trace() / flat.length;
  for (const place of flat.keys())
    matrix.set(place, place, matrix.get(place, place) + damping * (matrix.get(place, place) + mean) + Number.MIN_VALUE);
  const pull = flat.map((column, place) => {
    const k = pointOf(place) + 1;
    return dot(column, combined([seen[k + 1]!, seen[k]!, seen[k - 1]!], [1, -2, 1]));
  });
  const moves = mean === 0 ? pull : solve(matrix, Matrix.columnVector(pull)).to1DArray();
  return columns.map((_, k) => moves.slice(k * size, (k + 1) * size));
}
