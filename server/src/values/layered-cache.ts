import type { Cache } from "@clipwork/engine";

/** A quick cache of limited size in front of one that keeps everything. */
export function layeredCache(front: Cache, behind: Cache): Cache {
  return {
    has: async (key) => (await front.has(key)) || behind.has(key),
    async get(key) {
      const near = await front.get(key);
      if (near) return near;
      const bytes = await behind.get(key);
      if (bytes) await front.put(key, bytes);
      return bytes;
    },
    ...(front.atHand && { atHand: front.atHand }),
    async put(key, bytes, ms) {
      await behind.put(key, bytes, ms);
      await front.put(key, bytes);
    },
    async delete(key) {
      await behind.delete(key);
      await front.delete(key);
    },
  };
}
