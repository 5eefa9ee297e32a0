import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cache } from "./cache.ts";

/**
 * What every Cache guarantees. `open` returns an empty one with room for at least a megabyte. `costOf` reads how long the
 * cache, or the one behind it, was told an entry took to compute, in milliseconds; it is left out only for caches that do
 * not record it.
 */
export function cacheContract<C extends Cache>(
  name: string,
  open: () => Promise<C> | C,
  costOf?: (cache: C, key: string) => Promise<number | undefined> | number | undefined,
): void {
  const key = "a".repeat(64);
  const other = "b".repeat(64);
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);

  test(`${name}: [H1] what was put is there, and comes back byte for byte`, async () => {
    const cache = await open();
    await cache.put(key, bytes);
    assert.equal(await cache.has(key), true);
    assert.deepEqual(new Uint8Array((await cache.get(key))!), bytes);
    const atHand = cache.atHand?.(key);
    assert.deepEqual(atHand && new Uint8Array(atHand), atHand && bytes);
  });

  test(`${name}: [H2] what was not put is absent`, async () => {
    const cache = await open();
    await cache.put(key, bytes);
    assert.equal(await cache.has(other), false);
    assert.equal(await cache.get(other), undefined);
    assert.equal(cache.atHand?.(other), undefined);
  });

  test(`${name}: [H3] two writers of one key are no harm`, async () => {
    const cache = await open();
    await Promise.all([cache.put(key, bytes), cache.put(key, bytes), cache.put(other, bytes.slice(0, 10))]);
    assert.deepEqual(new Uint8Array((await cache.get(key))!), bytes);
    assert.equal((await cache.get(other))!.length, 10);
  });

  test(`${name}: [H4] an empty entry is an entry`, async () => {
    const cache = await open();
    await cache.put(key, new Uint8Array());
    assert.equal(await cache.has(key), true);
    assert.equal((await cache.get(key))!.length, 0);
  });

  test(`${name}: [H6] an entry that is put again takes the place of the earlier one`, async () => {
    const cache = await open();
    await cache.put(key, bytes);
    await cache.get(key);
    await cache.put(key, bytes.slice(0, 10));
    assert.deepEqual(new Uint8Array((await cache.get(key))!), bytes.slice(0, 10));
  });

  test(`${name}: [H7] what was deleted is absent, the rest is there, and it can be put again`, async () => {
    const cache = await open();
    await cache.delete(key);
    await cache.put(key, bytes);
    await cache.put(other, bytes);
    await cache.delete(key);
    assert.equal(await cache.has(key), false);
    assert.equal(await cache.get(key), undefined);
    assert.equal(cache.atHand?.(key), undefined);
    assert.equal(await cache.has(other), true);
    await cache.put(key, bytes);
    assert.equal(await cache.has(key), true);
  });

  if (!costOf) return;
  test(`${name}: [H8] what an entry took to compute arrives with it, and that of a later put takes its place`, async () => {
    const cache = await open();
    await cache.put(key, bytes, 1234.5);
    await cache.put(other, bytes);
    assert.deepEqual([await costOf(cache, key), await costOf(cache, other)], [1234.5, 0]);
    await cache.put(key, bytes, 7);
    assert.equal(await costOf(cache, key), 7);
  });
}
