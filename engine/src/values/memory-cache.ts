import type { Cache } from "./cache.ts";

/** A cache in memory that holds at most `maxBytes`; the least recently used entries are evicted first. */
export function memoryCache(maxBytes: number = 512 * 2 ** 20): Cache & { readonly bytes: number } {
  // A Map remembers the order of insertion: the first entry is the least recently used.
  const entries = new Map<string, Uint8Array>();
  let held = 0;

  function remove(key: string): void {
    const bytes = entries.get(key);
    if (!bytes) return;
    held -= bytes.byteLength;
    entries.delete(key);
  }

  return {
    get bytes() {
      return held;
    },
    async has(key) {
      return entries.has(key);
    },
    async get(key) {
      const bytes = entries.get(key);
      if (!bytes) return undefined;
      entries.delete(key);
      entries.set(key, bytes);
      return bytes;
    },
    async put(key, bytes) {
      remove(key);
      if (bytes.byteLength > maxBytes) return;
      entries.set(key, bytes);
      held += bytes.byteLength;
      for (const oldest of entries.keys()) {
        if (held <= maxBytes) break;
        remove(oldest);
      }
    },
    async delete(key) {
      remove(key);
    },
  };
}
