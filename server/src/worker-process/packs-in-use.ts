import type { Pack } from "@clipwork/models";

/**
 * The packs of the runs in progress, by name. Several runs may use one at once; one that means other files by a name waits until those
 * that use it have ended.
 */
export class PacksInUse {
  readonly #packs = new Map<string, Pack>();
  /** How many runs use each. */
  readonly #users = new Map<string, number>();
  #waiting: (() => void)[] = [];

  /** The packs as a model runner looks them up. */
  get packs(): ReadonlyMap<string, Pack> {
    return this.#packs;
  }

  /** Takes these packs, once all of them can be had; the returned function gives them back. Whoever is cancelled meanwhile gets none. */
  async take(wanted: ReadonlyMap<string, Pack>, signal?: AbortSignal): Promise<() => void> {
    const isTaken = ([name, pack]: readonly [string, Pack]) => this.#users.has(name) && this.#packs.get(name) !== pack;
    const look = () => this.#lookAgain();
    signal?.addEventListener("abort", look);
    while (!signal?.aborted && [...wanted].some(isTaken))
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    signal?.removeEventListener("abort", look);
    if (signal?.aborted) return () => {};
    for (const [name, pack] of wanted) {
      this.#packs.set(name, pack);
      this.#users.set(name, (this.#users.get(name) ?? 0) + 1);
    }
    return () => this.#giveBack([...wanted.keys()]);
  }

  #giveBack(names: readonly string[]): void {
    for (const name of names) {
      const left = this.#users.get(name)! - 1;
      if (left > 0) this.#users.set(name, left);
      else this.#users.delete(name);
    }
    this.#lookAgain();
  }

  #lookAgain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const look of waiting) look();
  }
}
