import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cache, memoryCache } from "@clipwork/engine";
import { cacheContract } from "@clipwork/engine/testing";
import { layeredCache } from "./layered-cache.ts";

/** A layered cache with what the one behind it was told that its entries took to compute. */
function layered(wrap: (behind: Cache) => Cache): Cache & { readonly costs: ReadonlyMap<string, number> } {
  const entries = memoryCache();
  const costs = new Map<string, number>();
  const behind: Cache = {
    ...entries,
    put(key, bytes, ms = 0) {
      costs.set(key, ms);
      return entries.put(key, bytes);
    },
  };
  return { ...wrap(behind), costs };
}

for (const [name, wrap] of [
  ["layered cache", (behind: Cache) => layeredCache(memoryCache(), behind)],
  ["layered cache with a front too small for anything", (behind: Cache) => layeredCache(memoryCache(0), behind)],
  [
    "layered cache of a layered cache",
    (behind: Cache) => layeredCache(memoryCache(), layeredCache(memoryCache(), behind)),
  ],
] as const)
  cacheContract(
    name,
    () => layered(wrap),
    ({ costs }, key) => costs.get(key),
  );

/** A cache that tells what is asked of it. */
function loggedCache(): Cache & { log: string[] } {
  const entries = memoryCache();
  const log: string[] = [];
  return {
    log,
    has: entries.has,
    delete: entries.delete,
    async get(key) {
      log.push(`get ${key}`);
      return entries.get(key);
    },
    async put(key, bytes) {
      log.push(`put ${key}`);
      return entries.put(key, bytes);
    },
  };
}

test("what was used last is answered in front, the rest from behind", async () => {
  const behind = loggedCache();
  const cache = layeredCache(memoryCache(20), behind);
  await cache.put("a", new Uint8Array(10));
  await cache.put("b", new Uint8Array(10));
  await cache.get("a");
  await cache.put("c", new Uint8Array(10));
  behind.log.length = 0;
  for (const key of ["a", "c"]) await cache.get(key);
  assert.deepEqual(behind.log, []);
  for (const _ of [1, 2]) assert.equal((await cache.get("b"))!.length, 10);
  assert.deepEqual(behind.log, ["get b"]);
});
