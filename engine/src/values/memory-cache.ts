import type { Cache } from "./cache.ts";

/** An entry between the one that was used before it and the one that was used after it. */
type Held = { readonly key: string; readonly bytes: Uint8Array; older: Held | undefined; newer: Held | undefined };

/** A cache in memory that holds at most `maxBytes`; the least recently used entries are evicted first. */
export function memoryCache(maxBytes: number = 512 * 2 ** 20): Cache & { readonly bytes: number } {
  const entries = new Map<string, Held>();
  let oldest: Held | undefined;
  let newest: Held | undefined;
  let held = 0;

  function unlink({ older, newer }: Held): void {
    if (older) older.newer = newer;
    else oldest = newer;
    if (newer) newer.older = older;
    else newest = older;
  }

  function append(entry: Held): void {
    entry.older = newest;
    entry.newer = undefined;
    if (newest) newest.newer = entry;
    else oldest = entry;
    newest = entry;
  }

  function remove(key: string): void {
    const entry = entries.get(key);
    if (!entry) return;
    held -= entry.bytes.byteLength;
    entries.delete(key);
    unlink(entry);
  }

  function use(key: string): Uint8Array | undefined {
    const entry = entries.get(key);
    if (!entry) return undefined;
    if (entry !== newest) {
      unlink(entry);
      append(entry);
    }
    return entry.bytes;
  }

  return {
    get bytes() {
      return held;
    },
    async has(key) {
      return entries.has(key);
    },
    get: async (key) => use(key),
    atHand: use,
    async put(key, bytes) {
      remove(key);
      if (bytes.byteLength > maxBytes) return;
      const entry: Held = { key, bytes, older: undefined, newer: undefined };
      entries.set(key, entry);
      append(entry);
      held += bytes.byteLength;
      while (held > maxBytes && oldest) remove(oldest.key);
    },
    async delete(key) {
      remove(key);
    },
  };
}
