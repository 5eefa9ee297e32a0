import type { ValueStore } from "./value-store.ts";

/** How much of what may be kept is made free at once. */
export const spareShare = 1 / 64;

type Parts = {
  readonly values: Pick<ValueStore, "trim" | "size">;
  /** Bytes that may be kept. */
  readonly budget: number;
  readonly onFault: (error: unknown) => void;
};

/** Trims a store between runs when it holds more than it may. It is looked beside the runs, and only a store that is too full has one wait. */
export class Trimmer {
  readonly #parts: Parts;
  #looking = false;
  #full = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run has ended, after it added values. */
  grew(): void {
    if (!this.#looking) void this.#look().catch(this.#parts.onFault);
  }

  /** Whether there is more than may be kept, so that the next run waits. */
  get isFull(): boolean {
    return this.#full;
  }

  /** Called between two runs: trims if there is more than may be kept. */
  async rest(): Promise<void> {
    if (!this.#full) return;
    const { values, budget } = this.#parts;
    await values.trim(budget * (1 - spareShare));
    this.#full = false;
  }

  async #look(): Promise<void> {
    const { values, budget } = this.#parts;
    this.#looking = true;
    try {
      this.#full = (await values.size()) > budget;
    } finally {
      this.#looking = false;
    }
  }
}
