import type { Worker } from "../worker/worker.ts";

/**
 * Turns the first interrupt into an abort, which takes effect at the next step, and the second into the end of the worker.
 */
export function interruptible(
  tell: (line: string) => void,
  worker: Pick<Worker, "kill">,
): { readonly signal: AbortSignal; stop(): void } {
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) return worker.kill();
    abort.abort();
    tell("stopping at the next step; interrupt again to stop at once");
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: abort.signal,
    stop() {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
