import type { Worker } from "../worker/worker.ts";

/** What has not stopped this many milliseconds after the first interrupt is ended: a service manager sends its signal once. */
const patienceMs = 30_000;

/**
 * Turns the first interrupt into an abort, which takes effect at the next step, and the second of the same signal into the end of the
 * worker, as half a minute without an end is. A terminal interrupts this process and its launcher, which hands it on as SIGTERM:
 * both are one interrupt.
 */
export function interruptible(
  tell: (line: string) => void,
  worker: Pick<Worker, "kill">,
): { readonly signal: AbortSignal; stop(): void } {
  const abort = new AbortController();
  const heard = new Set<NodeJS.Signals>();
  let patience: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (heard.has(signal)) return worker.kill();
    heard.add(signal);
    if (abort.signal.aborted) return;
    patience = setTimeout(() => worker.kill(), patienceMs).unref();
    abort.abort();
    tell("stopping at the next step; interrupt again to stop at once");
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: abort.signal,
    stop() {
      clearTimeout(patience);
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
