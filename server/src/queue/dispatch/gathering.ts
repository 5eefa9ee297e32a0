/** What comes within this many milliseconds of what was stored before is stored together: each time costs more than one thing more. */
const gatherMs = 5;

/**
 * What comes one by one and is stored in its order, many at a time: the first at once, and what follows it closely together, as does all that
 * comes while something is stored. Once a store has failed nothing more is stored.
 */
export class Gathering<T> {
  readonly #store: (all: readonly T[]) => Promise<unknown>;
  readonly #onFailure: () => void;
  #waiting: T[] = [];
  /** Whether what waits is stored as soon as what is being stored is. */
  #due = false;
  #stored = Promise.resolve();
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** `onFailure` is called for each attempt to store something that failed, or that was not made any more. */
  constructor(store: (all: readonly T[]) => Promise<unknown>, onFailure: () => void) {
    this.#store = store;
    this.#onFailure = onFailure;
  }

  /** `atOnce`: it and what waits before it are stored without delay. */
  add(one: T, atOnce = false): void {
    this.#waiting.push(one);
    const left = this.#last + gatherMs - performance.now();
    if (atOnce || left <= 0) void this.#flush().catch(this.#onFailure);
    else this.#timer ??= setTimeout(() => void this.#flush().catch(this.#onFailure), left);
  }

  /** Resolves when all is stored; rejects if something could not be. */
  settled(): Promise<void> {
    return this.#flush();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#due || this.#waiting.length === 0) return this.#stored;
    this.#due = true;
    this.#stored = this.#stored.then(async () => {
      const all = this.#waiting;
      this.#waiting = [];
      this.#due = false;
      this.#last = performance.now();
      await this.#store(all);
    });
    return this.#stored;
  }
}
