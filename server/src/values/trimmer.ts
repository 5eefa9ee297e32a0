import type { ValueStore } from "./value-store.ts";

/** The store is trimmed after this many runs in passing that added values. */
export const passingRuns = 64;

type Parts = {
  readonly values: Pick<ValueStore, "trim">;
  /** Bytes that may be kept. */
  readonly budget: number;
  readonly inPassing: (run: string) => Promise<boolean>;
};

/**
 * Trims a store between runs that add to it. It has to look at every entry, and whoever edits waits for the next run: runs in passing add little
 * each, so that many of them go by first.
 */
export class Trimmer {
  readonly #parts: Parts;
  /** The run that has added values since the last rest. */
  #grownBy: string | undefined;
  #passing = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run has ended, after it added values. */
  grew(run: string): void {
    this.#grownBy = run;
  }

  /** Called between two runs: trims if it is time to. */
  async rest(): Promise<void> {
    const { values, budget, inPassing } = this.#parts;
    if (this.#grownBy === undefined) return;
    if ((await inPassing(this.#grownBy)) && this.#passing + 1 < passingRuns) this.#passing++;
    else {
      await values.trim(budget);
      this.#passing = 0;
    }
    this.#grownBy = undefined;
  }
}
