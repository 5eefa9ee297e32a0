import type { Cache } from "./cache.ts";
import { Recent } from "./recent.ts";

/** A cache in memory that holds at most `maxBytes`; the least recently used entries are evicted first. */
export function memoryCache(maxBytes: number = 512 * 2 ** 20): Cache & { readonly bytes: number } {
  const entries = new Recent<Uint8Array>(maxBytes);
  return {
    get bytes() {
      return entries.size;
    },
    has: async (key) => entries.has(key),
    get: async (key) => entries.get(key),
    atHand: (key) => entries.get(key),
    put: async (key, bytes) => entries.set(key, bytes, bytes.byteLength),
    delete: async (key) => entries.delete(key),
  };
}
