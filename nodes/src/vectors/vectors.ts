/** Numbers of one vector: read as float64, whatever they are kept as. */
export type Vector = Float32Array | Float64Array;

/** a · b, in float64. */
export function dot(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

/** |a|, in float64. */
export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** |a - b|², in float64. */
export function squaredDistance(a: Vector, b: Vector): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i]! - b[i]!) ** 2;
  return total;
}

/** a · b / (|a| |b|), in float64, where rounding leaves [-1, 1] put back; 0 where one of them is all zeros. */
export function cosine(a: Vector, b: Vector): number {
  const length = norm(a) * norm(b);
  return length === 0 ? 0 : Math.min(1, Math.max(-1, dot(a, b) / length));
}

/** factor · a, in float64. */
export function scaled(a: Vector, factor: number): Float64Array {
  return Float64Array.from(a, (value) => value * factor);
}

/** a / |a|, in float64; undefined for a vector of zeros, which has no direction. */
export function unit(a: Vector): Float64Array | undefined {
  const length = norm(a);
  return length === 0 ? undefined : scaled(a, 1 / length);
}

/** Σ weights[k] · vectors[k], in float64. */
export function combined(vectors: readonly Vector[], weights: readonly number[]): Float64Array {
  const sum = new Float64Array(vectors[0]!.length);
  for (const [k, vector] of vectors.entries()) for (let i = 0; i < sum.length; i++) sum[i]! += weights[k]! * vector[i]!;
  return sum;
}
