import type { Host } from "../stage/stage.ts";
import { type Interval, percentiles, resample } from "../statistics/interval.ts";

/** Parameters of a bootstrap. */
export type Bootstrap = { readonly seed: number; readonly resamples: number };

/**
 * The bootstrap interval of a slow statistic: reports each resample as a step of `steps`, from `done` on, and stops within one once the
 * signal is aborted. Otherwise as `bootstrap`.
 */
export async function resampled(
  count: number,
  statistic: (items: Int32Array) => number,
  { seed, resamples }: Bootstrap,
  {
    host,
    done,
    steps,
  }: { readonly host: Pick<Host, "signal" | "progress">; readonly done: number; readonly steps: number },
): Promise<Interval> {
  const found = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    found[i] = statistic(resample(count, seed, i));
    host.progress(done + i + 1, steps);
    // The thread is left to others between two resamples: a cancel arrives then.
    await new Promise((resolve) => setImmediate(resolve));
    host.signal.throwIfAborted();
  }
  return percentiles(found);
}
