import type { ValueStore } from "./value-store.ts";

/** How much of what may be kept is made free at once, and may be added before the store is measured again. */
export const spareShare = 1 / 64;

type Parts = {
  readonly values: Pick<ValueStore, "trim" | "size">;
  /** Bytes that may be kept. */
  readonly budget: number;
  readonly onFault: (error: unknown) => void;
};

/**
 * Trims a store between runs when it holds more than it may. Whoever does that, or measures the store, has to look at every entry: so what
 * runs add is counted, the store is measured beside them, and only one that is too full has the next run wait.
 */
export class Trimmer {
  readonly #parts: Parts;
  /** Bytes that may be added before the store is measured again: others use it, too. */
  #room = 0;
  #measuring = false;
  #full = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run has ended, after it added values: that many bytes, if that is known. */
  grew(bytes = Number.POSITIVE_INFINITY): void {
    this.#room -= bytes;
    if (this.#room < 0 && !this.#measuring) void this.#measure().catch(this.#parts.onFault);
  }

  /** Called between two runs: trims if there is more than may be kept. */
  async rest(): Promise<void> {
    if (!this.#full) return;
    const { values, budget } = this.#parts;
    await values.trim(budget * (1 - spareShare));
    this.#full = false;
    this.#room = budget * spareShare;
  }

  async #measure(): Promise<void> {
    const { values, budget } = this.#parts;
    this.#measuring = true;
    // What is added meanwhile may be measured or not, and counts.
    this.#room = 0;
    try {
      const left = budget - (await values.size());
      this.#full = left < 0;
      this.#room += Math.min(Math.max(left, 0), budget * spareShare);
    } finally {
      this.#measuring = false;
    }
  }
}
