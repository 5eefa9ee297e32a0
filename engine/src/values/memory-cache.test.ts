import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
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

test("[H5] whatever is put, used and deleted, what is held is what was used last", async () => {
  const key = fc.constantFrom("a", "b", "c", "d", "e");
  const step = fc.oneof(
    fc.record({ put: key, size: fc.integer({ min: 0, max: 12 }) }),
    fc.record({ get: key }),
    fc.record({ delete: key }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const cache = memoryCache(30);
      /** The most recently used one is last. */
      let model: { key: string; size: number }[] = [];
      const held = () => model.reduce((sum, { size }) => sum + size, 0);
      for (const one of steps) {
        const key = "put" in one ? one.put : "get" in one ? one.get : one.delete;
        const known = model.find((entry) => entry.key === key);
        model = model.filter((entry) => entry !== known);
        if ("put" in one) {
          await cache.put(key, new Uint8Array(one.size));
          model.push({ key, size: one.size });
          while (held() > 30) model.shift();
        } else if ("get" in one) {
          assert.equal((await cache.get(key))?.length, known?.size);
          if (known) model.push(known);
        } else await cache.delete(key);
        assert.equal(cache.bytes, held());
        for (const key of ["a", "b", "c", "d", "e"])
          assert.equal(
            await cache.has(key),
            model.some((entry) => entry.key === key),
          );
      }
    }),
  );
});
