/**
 * Where computed values are kept, by fingerprint. An entry holds all outputs of one (node, item), or how far a running item
 * has got, in the canonical bytes of `encodeValue`. Every implementation passes `cache.contract.ts`.
 */
export interface Cache {
  /** Whether `get` would find the entry, without reading it. */
  has(key: string): Promise<boolean>;
  /** The entry's bytes, or undefined if it is absent or damaged: a damaged entry is never served. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * What `get` would return, if the cache has it at hand and nobody has to wait for it; else undefined, whatever the cache has. Absent if
   * nothing is ever at hand.
   */
  readonly atHand?: (key: string) => Uint8Array | undefined;
  /**
   * Keeps the entry in place of an earlier one. Two writers of one key both write correct bytes, so either may win. `ms` is
   * how long it took to compute, in milliseconds, 0 if unknown: a cache that has to evict keeps what was expensive.
   */
  put(key: string, bytes: Uint8Array, ms?: number): Promise<void>;
  /** Removes the entry, which need not exist. */
  delete(key: string): Promise<void>;
}
