import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cache } from "@clipwork/engine";
import { forgetfulCache, layeredCache } from "./layered-cache.ts";

/** A cache that tells what is asked of it. */
function loggedCache(): Cache & { log: string[] } {
  const entries = new Map<string, Uint8Array>();
  const log: string[] = [];
  return {
    log,
    has: async (key) => entries.has(key),
    async get(key) {
      log.push(`get ${key}`);
      return entries.get(key);
    },
    async put(key, bytes) {
      log.push(`put ${key}`);
      entries.set(key, bytes);
    },
  };
}

test("what was used last is answered from memory, the rest from behind", async () => {
  const behind = loggedCache();
  const cache = layeredCache(behind, 20);
  await cache.put("a", new Uint8Array(10));
  await cache.put("b", new Uint8Array(10));
  await cache.get("a");
  await cache.put("c", new Uint8Array(10));
  behind.log.length = 0;
  for (const key of ["a", "c"]) await cache.get(key);
  assert.deepEqual(behind.log, []);
  assert.equal((await cache.get("b"))!.length, 10);
  assert.deepEqual(behind.log, ["get b"]);
});

test("an entry larger than the budget is kept behind alone and displaces nothing", async () => {
  const behind = loggedCache();
  const cache = layeredCache(behind, 20);
  await cache.put("small", new Uint8Array(5));
  await cache.put("large", new Uint8Array(21));
  behind.log.length = 0;
  await cache.get("small");
  await cache.get("large");
  assert.deepEqual(behind.log, ["get large"]);
});

test("a forgetful cache finds only what was put through it", async () => {
  const behind = loggedCache();
  await behind.put("old", new Uint8Array(1));
  const cache = forgetfulCache(behind);
  assert.equal(await cache.has("old"), false);
  assert.equal(await cache.get("old"), undefined);
  await cache.put("new", new Uint8Array(2));
  assert.equal(await cache.has("new"), true);
  assert.equal((await cache.get("new"))!.length, 2);
  assert.equal((await behind.get("new"))!.length, 2);
});
