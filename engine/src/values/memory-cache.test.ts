import assert from "node:assert/strict";
import { test } from "node:test";
import { cacheContract } from "./cache.contract.ts";
import { memoryCache } from "./memory-cache.ts";

cacheContract("memory cache", () => memoryCache());

test("[H5] what was unused for the longest time goes first", async () => {
  const cache = memoryCache(30);
  for (const key of ["a", "b", "c"]) await cache.put(key, new Uint8Array(10));
  await cache.get("a");
  await cache.put("d", new Uint8Array(10));
  assert.deepEqual(await Promise.all(["a", "b", "c", "d"].map((key) => cache.has(key))), [true, false, true, true]);
  assert.equal(cache.bytes, 30);
});

test("[H5] an entry larger than the cache is not kept, and an overwritten one counts once", async () => {
  const cache = memoryCache(30);
  await cache.put("a", new Uint8Array(31));
  assert.equal(await cache.has("a"), false);
  await cache.put("b", new Uint8Array(20));
  await cache.put("b", new Uint8Array(25));
  assert.equal(cache.bytes, 25);
});
