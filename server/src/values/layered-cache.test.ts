import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cache, memoryCache } from "@clipwork/engine";
import { cacheContract } from "@clipwork/engine/testing";
import { layeredCache } from "./layered-cache.ts";

cacheContract("layered cache", () => layeredCache(memoryCache(), memoryCache()));
cacheContract("layered cache with a front too small for anything", () => layeredCache(memoryCache(0), memoryCache()));

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
