import type { Cache } from "@clipwork/engine";

/**
 * The entries used last, up to `budget` bytes in memory, in front of a slower cache that keeps everything. An entry larger
 * than the budget goes to the slower one alone.
 */
export function layeredCache(behind: Cache, budget: number): Cache {
  // A map gives its keys in the order they were set, so the first is the one used longest ago.
  const held = new Map<string, Uint8Array>();
  let size = 0;

  function hold(key: string, bytes: Uint8Array): void {
    drop(key);
    if (bytes.length > budget) return;
    held.set(key, bytes);
    size += bytes.length;
    for (const oldest of held.keys()) {
      if (size <= budget) return;
      drop(oldest);
    }
  }

  function drop(key: string): void {
    size -= held.get(key)?.length ?? 0;
    held.delete(key);
  }

  return {
    async has(key) {
      return held.has(key) || (await behind.has(key));
    },
    async get(key) {
      const bytes = held.get(key) ?? (await behind.get(key));
      if (bytes) hold(key, bytes);
      return bytes;
    },
    async put(key, bytes) {
      await behind.put(key, bytes);
      hold(key, bytes);
    },
  };
}

/** A view of a cache that finds only what was put through it: a run that computes everything again, and keeps the results. */
export function forgetfulCache(behind: Cache): Cache {
  const own = new Set<string>();
  return {
    has: async (key) => own.has(key) && (await behind.has(key)),
    get: async (key) => (own.has(key) ? behind.get(key) : undefined),
    async put(key, bytes) {
      await behind.put(key, bytes);
      own.add(key);
    },
  };
}
