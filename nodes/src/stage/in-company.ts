import type { Value } from "@clipwork/engine";
import type { Host } from "./stage.ts";

/** What sampling uses of a running item. */
export type SamplingHost = Pick<Host, "signal" | "progress" | "checkpoint">;

/**
 * Runs `count` samplings of one item at the same moment, so that the device runs their rows together, and returns what each came
 * to, in order. They share the item's checkpoint and its progress, which counts the steps of all. When one fails, the others stop
 * at their next step.
 */
export async function inCompany<T>(
  count: number,
  host: SamplingHost,
  sampling: (index: number, host: SamplingHost) => Promise<T>,
): Promise<T[]> {
  if (count === 1) return [await sampling(0, host)];
  const failed = new AbortController();
  const signal = AbortSignal.any([host.signal, failed.signal]);
  const saved = await host.checkpoint.load();
  const points: Value[] = Array.isArray(saved) && saved.length === count ? [...saved] : Array(count).fill(null);
  const done = Array<number>(count).fill(0);
  const hostOf = (index: number): SamplingHost => ({
    signal,
    progress(step, steps) {
      done[index] = step;
      host.progress(
        done.reduce((sum, one) => sum + one, 0),
        count * steps,
      );
    },
    checkpoint: {
      load: async () => points[index] ?? undefined,
      save(point) {
        points[index] = point;
        host.checkpoint.save([...points]);
      },
    },
  });
  try {
    return await Promise.all(Array.from({ length: count }, (_, index) => sampling(index, hostOf(index))));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}
