/**
 * Does slow work for the newest of the values it receives: one at a time, skipping values that are no longer the newest
 * when their turn comes. Work that fails leaves nothing behind: the next value is processed all the same.
 */
export class Newest<T> {
  readonly #work: (value: T) => Promise<void>;
  #next: { readonly value: T } | undefined;
  #running: Promise<void> | undefined;
  #busy = false;

  constructor(work: (value: T) => Promise<void>) {
    this.#work = work;
  }

  /** Whether work is in progress. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Resolves when the newest value is done, this one or a later one. Rejects then with the first failure on the way there.
   */
  give(value: T): Promise<void> {
    this.#next = { value };
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    this.#busy = true;
    while (this.#next) {
      const { value } = this.#next;
      this.#next = undefined;
      await this.#work(value).catch((error) => failures.push(error));
    }
    this.#busy = false;
    this.#running = undefined;
    if (failures.length > 0) throw failures[0];
  }
}
