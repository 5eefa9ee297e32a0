import type { Lease, LogEntry, Logged } from "../port.ts";

/** What was reported of a leased run, and who is to hear what became of that. */
export type Report = {
  readonly lease: Lease;
  readonly entry: LogEntry;
  readonly time: number;
  readonly resolve: (event: Logged | undefined) => void;
  readonly reject: (error: unknown) => void;
};

/** What was reported and waits for the end of the turn, when all of it is stored together. */
export class Reported {
  readonly #store: () => void;
  #waiting: Report[] = [];

  /** `store` is called at the end of a turn in which something came, and takes it. */
  constructor(store: () => void) {
    this.#store = store;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** As `RunQueue.report`. */
  add(lease: Lease, entry: LogEntry, time: number): Promise<Logged | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.push({ lease, entry, time, resolve, reject }) === 1) queueMicrotask(this.#store);
    });
  }

  /** Takes all that waits. */
  take(): readonly Report[] {
    const reports = this.#waiting;
    this.#waiting = [];
    return reports;
  }
}
