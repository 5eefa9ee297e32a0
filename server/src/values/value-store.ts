import type { Cache } from "@clipwork/engine";
import type { Weighed } from "./eviction.ts";

/**
 * The values of a data folder: a cache that records the size of each entry and how long it took to compute, and evicts what
 * is cheapest to recompute per byte first (`eviction.ts`). Several processes may use one store at once. Every
 * implementation passes `value-store.contract.ts`.
 */
export interface ValueStore extends Cache {
  /** The same entries, read without a trace: no time of use is set, and a damaged entry is absent but stays. */
  readonly observed: Pick<Cache, "has" | "get">;
  /** Whether there is an entry for the key. Reads nothing of it, so a damaged one counts: quick enough to be asked of thousands. */
  holds(key: string): Promise<boolean>;
  /** SHA-256 of the entry's bytes in hexadecimal, or undefined if it is absent. Reads no content. */
  digest(key: string): Promise<string | undefined>;
  /** Bytes of all entries, a moment ago: whoever asks while others write gets it without some of theirs. Takes its time, beside other work. */
  size(): Promise<number>;
  /** What is kept, in no particular order. Reads no content, so damaged entries count. */
  list(): Promise<readonly StoredEntry[]>;
  /**
   * Evicts what is cheapest to recompute per byte and least recently used until the rest fits into `budget` bytes;
   * everything if `budget` is negative. Returns what it removed.
   */
  trim(budget: number): Promise<readonly StoredEntry[]>;
}

/** One entry: its size in bytes, how many milliseconds it took to compute, its last use in milliseconds since 1970. */
export type StoredEntry = Weighed & { readonly key: string };

/** Throws unless it is a key: letters, digits and `_.-`, at most 128, no dot in front. */
export function checkKey(key: string): void {
  if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(key) || key.startsWith(".")) throw new Error(`not a key of the store: ${key}`);
}
