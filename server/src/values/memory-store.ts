import { hash } from "node:crypto";
import { chooseLeaving, type Weighed } from "./eviction.ts";
import { checkKey, type StoredEntry, type ValueStore } from "./value-store.ts";

type Kept = { readonly bytes: Uint8Array; readonly cost: number; since: number; used: number };

/** A value store in memory, for tests and for a server that keeps nothing. */
export function memoryStore(): ValueStore {
  const kept = new Map<string, Kept>();
  let clock = 0;
  const observe = (key: string) => kept.get(key)?.bytes.slice();
  const get = (key: string) => {
    checkKey(key);
    const entry = kept.get(key);
    if (entry) Object.assign(entry, { since: clock, used: Date.now() });
    return observe(key);
  };
  const list = (): StoredEntry[] =>
    [...kept].map(([key, { bytes, cost, since, used }]) => ({ key, size: bytes.length, cost, since, used }));
  return {
    observed: { has: async (key) => kept.has(key), get: async (key) => observe(key) },
    holds: async (key) => kept.has(key),
    async digest(key) {
      const entry = kept.get(key);
      return entry && hash("sha256", entry.bytes);
    },
    size: async () => list().reduce((sum, { size }) => sum + size, 0),
    list: async () => list(),
    has: async (key) => get(key) !== undefined,
    get: async (key) => get(key),
    async put(key, bytes, ms = 0) {
      checkKey(key);
      const cost = Number.isFinite(ms) ? Math.max(0, ms) : 0;
      kept.set(key, { bytes: bytes.slice(), cost, since: clock, used: Date.now() });
    },
    async delete(key) {
      kept.delete(key);
    },
    async trim(budget) {
      const { leaving, clock: later } = chooseLeaving<Weighed & StoredEntry>(list(), budget, clock);
      for (const { key } of leaving) kept.delete(key);
      if (leaving.length > 0) clock = later;
      return leaving;
    },
  };
}
