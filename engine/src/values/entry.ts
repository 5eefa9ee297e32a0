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
export async function readValue(cache: Pick<Cache, "get">, ref: ValueRef): Promise<Value | undefined> {
  return valueReader(cache)(ref);
}

/**
 * Reads one value after the other as `readValue` does, and remembers the entry of the last one: a list's values are in one entry,
 * and to decode it for each of them would take time with the square of their number. What is read twice is one object.
 */
export function valueReader(cache: Pick<Cache, "get">): (ref: ValueRef) => Promise<Value | undefined> {
  let last: { readonly key: string; readonly values: EntryValues } | undefined;
  return async ({ key, port, index }) => {
    const values = last?.key === key ? last.values : await readEntry(cache, key);
    if (values) last = { key, values };
    return values && Object.hasOwn(values, port) ? values[port]?.[index] : undefined;
  };
}
