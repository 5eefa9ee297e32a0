import type { Cache } from "@clipwork/engine";
import type { Weighed } from "./eviction.ts";

/**
 * The values of a data folder: a cache with an account of what each entry takes and took to compute, which lets go what is cheap a
 * byte before what is dear (`eviction.ts`). Several processes may use one store at once. Every implementation passes
 * `value-store.contract.ts`.
 */
export interface ValueStore extends Cache {
  /** The same entries without a trace of the reading: no time of use is set, and what is damaged is absent but stays. */
  readonly observed: Pick<Cache, "has" | "get">;
  /** SHA-256 of the entry's bytes in hexadecimal, or undefined when it is absent. Reads no content. */
  digest(key: string): Promise<string | undefined>;
  /** What is kept, in no order. Reads no content, so that damaged entries count. */
  list(): Promise<readonly StoredEntry[]>;
  /**
   * Removes what is cheap a byte and was not used lately until the rest fits into `budget` bytes, everything if that is less than
   * nothing. Returns what it removed.
   */
  trim(budget: number): Promise<readonly StoredEntry[]>;
}

/** One entry: the bytes that it takes, the milliseconds that it took to compute, its last use in milliseconds since 1970. */
export type StoredEntry = Weighed & { readonly key: string };

/** Throws unless it is a key: letters, digits and `_.-`, at most 128, no dot in front. */
export function checkKey(key: string): void {
  if (!/^[a-zA-Z0-9_.-]{1,128}$/.test(key) || key.startsWith(".")) throw new Error(`not a key of the store: ${key}`);
}
