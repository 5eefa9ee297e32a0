import type { Problem, RunEvent, RunView } from "@clipwork/engine";
import type { RunResult, Worker } from "../worker/worker.ts";
import { isShown, type RunOutlook, type Shown } from "../worker/worker-protocol.ts";
import type { ClaimedRun, LogEntry, RunStore } from "./run-store.ts";

/** A run that was begun this often and never came to its end is not begun again. */
export const maxAttempts = 3;
/** A worker that has not heard a cancel after this many milliseconds is ended. */
const patienceMs = 30_000;

/** The newest frame of a node, for those who watch. */
export type Frame = {
  readonly run: string;
  readonly node: string;
  readonly item: number;
  readonly port: string;
  readonly step: number;
  readonly steps: number;
  readonly bytes: Uint8Array;
};

type Parts = {
  readonly store: RunStore;
  readonly worker: Worker;
  /** Checks a run anew, where what was checked when it was submitted does not hold any more. */
  readonly check: (run: string) => Promise<{ readonly checked?: Uint8Array; readonly problems: readonly Problem[] }>;
  readonly values: string;
  readonly artifacts: string;
  readonly onFrame: (frame: Frame) => void;
  /** Told before a run's first event and with undefined after its last. */
  readonly onCurrent: (run: { readonly id: string; readonly outlook: RunOutlook } | undefined) => void;
  readonly onEvent: (event: RunEvent | Shown, view: RunView) => void;
  /** Before each run and after the last, when no worker writes pictures. */
  readonly onRest: () => Promise<void>;
  readonly onFault: (run: string, error: unknown) => void;
};

/** What came of an order. `lost`: how the worker ended in the middle of it, with the events that it would have sent. */
type Ordered = {
  readonly result: RunResult;
  readonly lost: string | undefined;
  readonly madeUp: readonly LogEntry[];
};

/** Takes the runs of the queue one after the other and has the worker run them. */
export class Dispatcher {
  readonly #parts: Parts;
  #current: { readonly id: string; readonly abort: AbortController } | undefined;
  #loop: Promise<void> | undefined;
  #working = false;
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Says what happened to runs that the last server left behind: they go on, or have ended its process too often. */
  recover(): void {
    this.#parts.store.forgetChecked();
    for (const id of this.#parts.store.running()) this.#again(id, "The server ended while this was running");
  }

  /** True while a worker may write pictures. */
  get busy(): boolean {
    return this.#current !== undefined;
  }

  /** To be called when there may be something to run. */
  wake(): void {
    if (this.#closed || this.#working) return;
    this.#working = true;
    this.#loop = this.#work();
  }

  /** Cancels a run that waits or runs: at its next step, or at once when asked again. False where it has ended. */
  cancel(id: string): boolean {
    const current = this.#current;
    if (current?.id === id) {
      if (current.abort.signal.aborted) this.#parts.worker.kill();
      current.abort.abort();
      return true;
    }
    if (this.#parts.store.position(id) === undefined) return false;
    this.#parts.store.append(id, { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 0 });
    return true;
  }

  /** Ends the worker. A run in progress stays marked as running, for the next server to take up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#parts.worker.kill();
    await this.#loop;
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      await this.#parts.onRest();
      const run = this.#closed ? undefined : this.#parts.store.claim();
      if (!run) break;
      await this.#runOne(run).catch((error: Error) => {
        this.#parts.onFault(run.id, error);
        if (!this.#closed) this.#parts.store.fail(run.id, `The run could not be carried out: ${firstLine(error)}`);
      });
      this.#parts.onCurrent(undefined);
      this.#current = undefined;
    }
    this.#working = false;
  }

  async #runOne(run: ClaimedRun): Promise<void> {
    const { id } = run;
    const abort = new AbortController();
    this.#current = { id, abort };
    const first = run.checked === undefined ? undefined : await this.#order(run, run.checked, abort.signal);
    // A run stays marked as running where this server is closed, for the next one.
    if (this.#closed) return;
    if (first && !("problems" in first.result)) return this.#conclude(run, first, abort.signal);
    const { checked, problems } = await this.#parts.check(id);
    if (this.#closed) return;
    if (checked === undefined) return void this.#parts.store.fail(id, firstError(problems));
    const again = await this.#order(run, checked, abort.signal);
    if (!this.#closed) this.#conclude(run, again, abort.signal);
  }

  /** Has the worker run it. What the worker could not say itself, because it was lost, is left to be logged or not. */
  async #order({ id, fresh }: ClaimedRun, checked: Uint8Array, signal: AbortSignal): Promise<Ordered> {
    const { store, worker, values, artifacts, onFrame, onCurrent } = this.#parts;
    const madeUp: LogEntry[] = [];
    let lost: string | undefined;
    const giveUp = setPatience(signal, () => worker.kill());
    const result = await worker
      .run(
        { checked, values, artifacts, fresh },
        (event, view, how) => {
          if (this.#closed) return;
          this.#parts.onEvent(event, view);
          if (event.event === "node.preview" && event.frame) onFrame({ ...event, run: id, bytes: event.frame });
          const { entry, time } = asEntry(event);
          lost = how;
          if (how === undefined) store.append(id, entry, time);
          else madeUp.push(entry);
        },
        { signal, onOutlook: (outlook) => onCurrent({ id, outlook }) },
      )
      .finally(() => giveUp.stop());
    return { result, lost, madeUp };
  }

  #conclude(run: ClaimedRun, { result, lost, madeUp }: Ordered, signal: AbortSignal): void {
    const { store } = this.#parts;
    const { id } = run;
    if ("problems" in result) store.fail(id, firstError(result.problems));
    else if (lost === undefined || signal.aborted || run.attempts >= maxAttempts) {
      for (const entry of madeUp) store.append(id, entry);
    } else this.#again(id, `The model process ended unexpectedly (${lost})`);
  }

  /** Puts a run back that was interrupted, or ends it when that happened too often. */
  #again(id: string, what: string): void {
    const { store } = this.#parts;
    const { attempts } = store.record(id)!;
    if (attempts < maxAttempts) store.putBack(id, `${what}; the run goes on with what was kept.`);
    else store.fail(id, `${what}, as at all ${attempts} attempts. Retry it by hand when the cause is mended.`);
  }
}

/** An event as the log takes it: without the worker's numbers, without bytes. */
function asEntry(event: RunEvent | Shown): { readonly entry: LogEntry; readonly time?: number } {
  if (isShown(event)) {
    if (event.event !== "node.preview") return { entry: event };
    const { frame: _, steps: __, ...entry } = event;
    return { entry };
  }
  const { seq: _, run: __, time, ...entry } = event;
  return { entry: entry as LogEntry, time };
}

function setPatience(signal: AbortSignal, work: () => void): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(work, patienceMs);
  };
  signal.addEventListener("abort", begin);
  return {
    stop() {
      clearTimeout(timer);
      signal.removeEventListener("abort", begin);
    },
  };
}

function firstError(problems: readonly Problem[]): string {
  const { node, message } = problems.find(({ severity }) => severity === "error") ?? problems[0]!;
  return node === undefined || message.includes(node) ? message : `${node}: ${message}`;
}

function firstLine(error: Error): string {
  return error.message.split("\n")[0]!;
}
