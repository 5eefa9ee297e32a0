import type { Host } from "../stage/stage.ts";
import { type Interval, percentiles, resample } from "../statistics/interval.ts";
import { quantile } from "../statistics/quantile.ts";

/** Parameters of a bootstrap. */
export type Bootstrap = { readonly seed: number; readonly resamples: number };

/**
 * The bootstrap interval of a slow statistic whose value over all items is `value`: reports each resample as a step of `steps`, from `done`
 * on, and stops within one once the signal is aborted. A resample has items twice, which moves a distance between distributions by more
 * than chance does, always to one side; so the percentile interval is moved until the median of the resamples is the value, but not below
 * 0, where no distance is. Resamples of which the statistic is NaN do not count.
 */
export async function resampled(
  { count, value }: { readonly count: number; readonly value: number },
  statistic: (items: Int32Array) => number,
  { seed, resamples }: Bootstrap,
  {
    host,
    done,
    steps,
  }: { readonly host: Pick<Host, "signal" | "progress">; readonly done: number; readonly steps: number },
): Promise<Interval> {
  const drawn = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    drawn[i] = statistic(resample(count, seed, i));
    host.progress(done + i + 1, steps);
    // The thread is left to others between two resamples: a cancel arrives then.
    await new Promise((resolve) => setImmediate(resolve));
    host.signal.throwIfAborted();
  }
  const found = drawn.filter((one) => !Number.isNaN(one));
  const { low, high } = percentiles(found);
  const shift = value - quantile(found, 0.5);
  return { low: Math.max(0, low + shift), high: high + shift };
}
