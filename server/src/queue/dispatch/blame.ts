import { Recent } from "@clipwork/engine";
import type { Worker } from "../../worker/worker.ts";

/** Who may be to blame for the loss of a worker: the run that it had, one of several, or none, since it was ended on purpose for the sake of another. */
export type Culprit = "this" | "one of several" | "none";

const mostSuspects = 1000;

/**
 * Whom to blame when a worker's process is lost. With several runs in progress nobody knows through which: each of them is a suspect then, and
 * has to be alone the next time, so that the guilty one is found and no other pays for it. One that waits behind another has done nothing yet.
 */
export class Blame {
  readonly #worker: Pick<Worker, "kill" | "starts">;
  readonly #inProgress = new Set<string>();
  /** Those of them that were given to the worker behind one that was ending, and that it has not begun. */
  readonly #waiting = new Set<string>();
  /** Bounded, since of one that was carried out elsewhere nobody may tell that it has ended. */
  readonly #suspects = new Recent<true>(mostSuspects, mostSuspects);
  /** The worker's process that was ended on purpose. */
  #killed: number | undefined;

  constructor(worker: Pick<Worker, "kill" | "starts">) {
    this.#worker = worker;
  }

  /** Ends the worker for the sake of one run; others that are in progress begin again. */
  kill(): void {
    this.#killed = this.#worker.starts;
    this.#worker.kill();
  }

  /** From now on the worker may have that run. `waits`: it does nothing of it before it says so. */
  begin(run: string, waits = false): void {
    this.#inProgress.add(run);
    if (waits) this.#waiting.add(run);
  }

  /** The worker says that it has begun it. */
  begun(run: string): void {
    this.#waiting.delete(run);
  }

  /** Whether the worker has it, and has not begun it. */
  waits(run: string): boolean {
    return this.#waiting.has(run);
  }

  /** The worker has that run no more, and what became of it is stored. */
  end(run: string): void {
    this.#inProgress.delete(run);
    this.#waiting.delete(run);
  }

  has(run: string): boolean {
    return this.#inProgress.has(run);
  }

  /** Who may be to blame for the worker's end, which is just heard of, as far as that run is concerned. */
  culprit(run: string): Culprit {
    if (this.#killed === this.#worker.starts) return "none";
    const others = [...this.#inProgress].filter((one) => one !== run && !this.waits(one));
    if (others.length === 0) return "this";
    return this.waits(run) ? "none" : "one of several";
  }

  isSuspect(run: string): boolean {
    return this.#suspects.get(run) === true;
  }

  suspect(run: string): void {
    this.#suspects.set(run, true, 1);
  }

  /** Nothing is known against that run. */
  clear(run: string): void {
    this.#suspects.delete(run);
  }
}
