import { NodeError } from "../catalogue/node-error.ts";

/** Calls `ring` once after so many milliseconds. What it returns stops it; to stop what has rung is no harm. */
export type Timer = (ms: number, ring: () => void) => () => void;

/** The longest that timers of a platform can be set to; beyond it they ring at once. */
const longest = 2 ** 31 - 1;

export const platformTimer: Timer = (ms, ring) => {
  const id = setTimeout(ring, Math.min(ms, longest));
  return () => clearTimeout(id);
};

/**
 * What the promise gives, or a NodeError when it does not settle within so many seconds; `ended` is aborted then. What the
 * promise does later is ignored.
 */
export function withinTime<T>(promise: Promise<T>, seconds: number, timer: Timer, ended: AbortController): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = timer(seconds * 1000, () => {
      const error = new NodeError(
        `It was not done within its time limit of ${seconds} seconds.`,
        "Let it do less, or raise the time limit.",
      );
      reject(error);
      ended.abort(error);
    });
    promise.then(resolve, reject).finally(stop);
  });
}
