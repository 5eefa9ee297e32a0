/**
 * Where computed values are kept, by fingerprint. An entry holds all outputs of one (node, item) in the canonical bytes of
 * `encodeValue`. Every implementation passes `cache.contract.ts`.
 */
export interface Cache {
  /** True when `get` would find the entry, without reading it. */
  has(key: string): Promise<boolean>;
  /** The entry's bytes, or undefined when it is absent or damaged: a damaged entry is never served. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps the entry. Two writers of one key write the same bytes, so the last may win. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}
