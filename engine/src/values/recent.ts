/** An entry between the one that was used before it and the one that was used after it. */
type Entry<V> = {
  readonly key: string;
  readonly value: V;
  readonly size: number;
  older: Entry<V> | undefined;
  newer: Entry<V> | undefined;
};

/**
 * Remembers what was used last under each key, so much of it that the sizes together keep to a limit, and not more than `most` things: what is
 * small costs more than its size. What is larger alone is not kept.
 */
export class Recent<V> {
  readonly #maxSize: number;
  readonly #most: number;
  readonly #entries = new Map<string, Entry<V>>();
  #oldest: Entry<V> | undefined;
  #newest: Entry<V> | undefined;
  #size = 0;

  constructor(maxSize: number, most = Number.POSITIVE_INFINITY) {
    this.#maxSize = maxSize;
    this.#most = most;
  }

  /** The sizes together. */
  get size(): number {
    return this.#size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** What is remembered under that key; it counts as used. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry && entry !== this.#newest) {
      this.#unlink(entry);
      this.#append(entry);
    }
    return entry?.value;
  }

  set(key: string, value: V, size: number): void {
    this.delete(key);
    if (size > this.#maxSize) return;
    const entry = { key, value, size, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#append(entry);
    this.#size += size;
    while ((this.#size > this.#maxSize || this.#entries.size > this.#most) && this.#oldest)
      this.delete(this.#oldest.key);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#size -= entry.size;
    this.#entries.delete(key);
    this.#unlink(entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#size = 0;
  }

  #unlink({ older, newer }: Entry<V>): void {
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }

  #append(entry: Entry<V>): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }
}
