/** How to draw from logits. */
export type DrawSettings = {
  /** Divides the logits; at 0 the likeliest bucket is taken. */
  readonly temperature: number;
  /** The share of the distribution that is drawn from: its upper end, the higher buckets. 1 is all of it. */
  readonly topFraction: number;
};

/**
 * The bucket in which softmax(logits / temperature) reaches a height that is drawn: its cumulative distribution is inverted, in
 * float64. `uniform` lies between 0 and 1; with a top fraction f the height is 1 - f + f · uniform, which is a draw from the top
 * of the distribution (Ramesh et al. 2022, section 2.2, for z_i · z_t).
 */
export function drawBucket(logits: Float32Array, uniform: number, { temperature, topFraction }: DrawSettings): number {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  if (temperature === 0) return logits.indexOf(largest);
  const sums = new Float64Array(logits.length);
  let sum = 0;
  for (let b = 0; b < logits.length; b++) {
    sum += Math.exp((logits[b]! - largest) / temperature);
    sums[b] = sum;
  }
  const height = (1 - topFraction + topFraction * uniform) * sum;
  const bucket = sums.findIndex((reached) => reached > height);
  return bucket < 0 ? logits.length - 1 : bucket;
}
