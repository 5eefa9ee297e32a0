import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeValue } from "./encode.ts";
import { type EntryValues, readValue, valueReader } from "./entry.ts";
import { memoryCache } from "./memory-cache.ts";

/** A cache with entries, which says how often one was taken from it. */
async function kept(entries: { readonly [key: string]: EntryValues }) {
  const cache = memoryCache();
  for (const [key, values] of Object.entries(entries)) await cache.put(key, encodeValue(values));
  let gets = 0;
  const get = (key: string) => {
    gets++;
    return cache.get(key);
  };
  return { cache, get, gets: () => gets };
}

test("[H9] a value is found by entry, port and index, and nothing else is", async () => {
  const { cache } = await kept({ k: { out: ["a", "b"] } });
  assert.equal(await readValue(cache, { key: "k", port: "out", index: 1 }), "b");
  for (const ref of [{ index: 2 }, { port: "other" }, { port: "toString" }, { key: "gone" }])
    assert.equal(await readValue(cache, { key: "k", port: "out", index: 0, ...ref }), undefined);
});

test("[H9] the values of a list are read from one decoded entry", async () => {
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  const { get, gets } = await kept({ k: { out: numbers }, other: { out: [7] } });
  const read = valueReader({ get });
  for (const index of numbers) assert.equal(await read({ key: "k", port: "out", index }), index);
  assert.equal(gets(), 1);
  assert.equal(await read({ key: "other", port: "out", index: 0 }), 7);
  assert.equal(await read({ key: "k", port: "out", index: 3 }), 3);
  assert.equal(gets(), 3, "only the last entry is remembered");
});

test("[H9] values asked for at once are those of their own entries, and an entry that comes later is found", async () => {
  const { cache, get } = await kept({ a: { out: ["a"] }, b: { out: ["b"] } });
  const read = valueReader({ get });
  const at = (key: string) => read({ key, port: "out", index: 0 });
  assert.deepEqual(await Promise.all([at("a"), at("b"), at("c"), at("a")]), ["a", "b", undefined, "a"]);
  await cache.put("c", encodeValue({ out: ["c"] }));
  assert.equal(await at("c"), "c");
});
