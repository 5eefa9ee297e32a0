import { philox4x32, purposes } from "../diffusion/philox.ts";
import { mean } from "./mean.ts";
import { quantile } from "./quantile.ts";

/** The two ends of a 95 % confidence interval. */
export type Interval = { readonly low: number; readonly high: number };

/** Of the standard normal distribution: 95 % lie between -z and z. */
const z = 1.959963984540054;

/** The interval of a share, `right` of `of`, after Wilson (1927, "Probable inference"). Of nothing: from 0 to 1. */
export function wilson(right: number, of: number): Interval {
  if (of === 0) return { low: 0, high: 1 };
  const share = right / of;
  const spread = (z * z) / of;
  const middle = share + spread / 2;
  const half = z * Math.sqrt((share * (1 - share)) / of + spread / (4 * of));
  const bound = (value: number) => Math.min(1, Math.max(0, value / (1 + spread)));
  // At the ends the bound is the share itself, which rounding might miss.
  return { low: right === 0 ? 0 : bound(middle - half), high: right === of ? 1 : bound(middle + half) };
}

/**
 * The percentile bootstrap interval of a statistic (Efron 1979): `resamples` times `count` items are drawn with replacement, and
 * `statistic` is given their indices. Draws are counted (docs/decisions/0002-noise.md), so one seed has one answer: index
 * ⌊word · count / 2^32⌋ of Philox's words, counter [element / 4, 0, resample, 0].
 */
export function bootstrap(
  count: number,
  statistic: (indices: Int32Array) => number,
  { seed, resamples = 1000 }: { readonly seed: number; readonly resamples?: number },
): Interval {
  return percentiles(Float64Array.from({ length: resamples }, (_, i) => statistic(resample(count, seed, i))));
}

/** The bootstrap interval of the mean of values. */
export function intervalOfMean(
  values: Float64Array,
  options: { readonly seed: number; readonly resamples?: number },
): Interval {
  return bootstrap(values.length, (indices) => mean(Float64Array.from(indices, (i) => values[i]!)), options);
}

/** The 95 % interval between the quantiles of a statistic of many resamples. */
export function percentiles(found: Float64Array): Interval {
  return { low: quantile(found, 0.025), high: quantile(found, 0.975) };
}

/** The indices of the items that the i-th resample draws. */
export function resample(count: number, seed: number, i: number): Int32Array {
  const indices = new Int32Array(count);
  const words = new Uint32Array(4);
  for (let element = 0; element < count; element++) {
    if (element % 4 === 0) {
      words.set([element / 4, 0, i, 0]);
      philox4x32(words, seed, purposes.bootstrap << 16);
    }
    indices[element] = Math.floor((words[element % 4]! / 2 ** 32) * count);
  }
  return indices;
}
