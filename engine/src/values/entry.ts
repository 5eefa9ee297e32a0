import type { Cache } from "./cache.ts";
import { decodeValue } from "./encode.ts";
import type { Value } from "./value.ts";

/** Where a value is: entry `key` of the cache, its port and the index in the list that the entry holds for that port. */
export type ValueRef = { readonly key: string; readonly port: string; readonly index: number };

/** What a cache entry holds: a list for each output; an output of one item holds a list of one. */
export type EntryValues = { readonly [port: string]: readonly Value[] };

/** An entry's values, or undefined if it is absent or damaged. */
export async function readEntry(cache: Pick<Cache, "get">, key: string): Promise<EntryValues | undefined> {
  const bytes = await cache.get(key);
  try {
    return bytes && (decodeValue(bytes) as EntryValues);
  } catch {
    return undefined;
  }
}

/** The value that a ref points at, or undefined if the cache no longer has it. */
export async function readValue(cache: Cache, ref: ValueRef): Promise<Value | undefined> {
  const values = await readEntry(cache, ref.key);
  return values && Object.hasOwn(values, ref.port) ? values[ref.port]?.[ref.index] : undefined;
}
