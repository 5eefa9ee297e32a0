/**
 * Where computed values are kept, by fingerprint. An entry holds all outputs of one (node, item), or how far a running item
 * has got, in the canonical bytes of `encodeValue`. Every implementation passes `cache.contract.ts`.
 */
export interface Cache {
  /** True when `get` would find the entry, without reading it. */
  has(key: string): Promise<boolean>;
  /** The entry's bytes, or undefined when it is absent or damaged: a damaged entry is never served. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps the entry in place of an earlier one. Two writers of one key write what is right for both, so either may win.
   * `ms` is what it took to compute, in milliseconds, 0 where nobody knows: a cache that has to let something go keeps what is dear.
   */
  put(key: string, bytes: Uint8Array, ms?: number): Promise<void>;
  /** Forgets the entry, which need not be there. */
  delete(key: string): Promise<void>;
}
