import { NodeError } from "../catalogue/node-error.ts";

/**
 * Calls `ring` once after this many milliseconds. Returns a function that stops it; calling that after it has rung is
 * harmless.
 */
export type Timer = (ms: number, ring: () => void) => () => void;

/** The longest delay that platform timers can be set to; beyond it they ring at once. */
const longest = 2 ** 31 - 1;

export const platformTimer: Timer = (ms, ring) => {
  const id = setTimeout(ring, Math.min(ms, longest));
  return () => clearTimeout(id);
};

/**
 * The promise's result, or a NodeError if it does not settle within this many seconds; `ended` is aborted in that case.
 * Whatever the promise does later is ignored.
 */
export function withinTime<T>(promise: Promise<T>, seconds: number, timer: Timer, ended: AbortController): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = timer(seconds * 1000, () => {
      const error = new NodeError(
        `It was not finished within its time limit of ${seconds} seconds.`,
        "Let it do less, or raise the time limit.",
      );
      reject(error);
      ended.abort(error);
    });
    promise.then(resolve, reject).finally(stop);
  });
}
