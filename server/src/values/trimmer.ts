import type { ValueStore } from "./value-store.ts";

/** What runs in passing may add before the store is trimmed, as a share of what may be kept. */
export const passingShare = 1 / 64;

type Parts = {
  readonly values: Pick<ValueStore, "trim">;
  /** Bytes that may be kept. */
  readonly budget: number;
  readonly inPassing: (run: string) => Promise<boolean>;
};

/**
 * Trims a store between runs that add to it. It has to look at every entry, and whoever edits waits for the next run: runs in passing go by
 * without it until they have added more than a share of what may be kept.
 */
export class Trimmer {
  readonly #parts: Parts;
  /** The run that has added values since the last rest, and how many bytes of them. */
  #grown: { readonly run: string; readonly bytes: number } | undefined;
  /** Bytes that were added since the store was trimmed. */
  #added = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run has ended, after it added values: that many bytes, if that is known. */
  grew(run: string, bytes = Number.POSITIVE_INFINITY): void {
    this.#grown = { run, bytes };
  }

  /** Called between two runs: trims if it is time to. */
  async rest(): Promise<void> {
    const { values, budget, inPassing } = this.#parts;
    if (!this.#grown) return;
    const { run, bytes } = this.#grown;
    const added = this.#added + bytes;
    const waits = added <= budget * passingShare && (await inPassing(run));
    if (!waits) await values.trim(budget);
    this.#added = waits ? added : 0;
    this.#grown = undefined;
  }
}
