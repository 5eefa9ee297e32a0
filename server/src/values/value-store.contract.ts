import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { cacheContract } from "@clipwork/engine/testing";
import fc from "fast-check";
import type { StoredEntry, ValueStore } from "./value-store.ts";

/** An empty store, the same one as another user opens it, and the bytes that an entry takes beside its content. */
export type OpenStore = { readonly store: ValueStore; reopen(): ValueStore; readonly overhead: number };

const key = "ab12".padEnd(64, "0");
const names = (entries: readonly StoredEntry[]) => entries.map((entry) => entry.key).sort();

/** What every store of values keeps to, beside what every cache does. */
export function valueStoreContract(name: string, open: () => OpenStore): void {
  cacheContract(
    name,
    () => open().store,
    async (store, wanted) => (await store.list()).find((entry) => entry.key === wanted)?.cost,
  );
  const rule = (title: string, work: (opened: OpenStore) => Promise<void>) =>
    test(`${name}: ${title}`, () => work(open()));

  rule("[V1] another user of the store has the same entries", async ({ store, reopen }) => {
    await store.put(key, new Uint8Array([1, 2, 3]), 7);
    assert.deepEqual([...(await reopen().get(key))!], [1, 2, 3]);
    assert.deepEqual(await reopen().list(), await store.list());
  });

  rule("[V2] the list has each entry with its bytes, its cost and its last use", async ({ store, overhead }) => {
    assert.deepEqual(await store.list(), []);
    const before = Date.now() - 5000;
    await store.put(key, new Uint8Array(1000), 25);
    await store.put("other", new Uint8Array(10));
    const listed = (await store.list()).toSorted((a, b) => a.size - b.size);
    assert.deepEqual(
      listed.map(({ used, ...entry }) => entry),
      [
        { key: "other", size: 10 + overhead, cost: 0, since: 0 },
        { key, size: 1000 + overhead, cost: 25, since: 0 },
      ],
    );
    assert.ok(listed.every(({ used }) => used > before && used < Date.now() + 5000));
  });

  rule("[V2] the size of a store is that of its entries together", async ({ store, overhead }) => {
    assert.equal(await store.size(), 0);
    await store.put(key, new Uint8Array(1000), 25);
    await store.put("other", new Uint8Array(10));
    await store.put("other", new Uint8Array(20));
    assert.equal(await store.size(), 1020 + 2 * overhead);
    await store.delete(key);
    assert.equal(await store.size(), 20 + overhead);
  });

  rule("[V3] the digest of an entry is that of its bytes, and there is none of what is absent", async ({ store }) => {
    assert.equal(await store.holds(key), false);
    assert.equal(await store.digest(key), undefined);
    await store.put(key, new Uint8Array([1, 2, 3]));
    assert.equal(await store.holds(key), true);
    assert.equal(await store.digest(key), hash("sha256", new Uint8Array([1, 2, 3])));
  });

  rule("[V4] what is observed is not used: it leaves as if nobody had looked", async ({ store, overhead }) => {
    for (const [name, ms] of [
      ["aa1", 2],
      ["bb2", 1.5],
      ["cc3", 1],
    ] as const)
      await store.put(name, new Uint8Array(1000), ms);
    await store.trim(2 * (1000 + overhead));
    assert.deepEqual(names(await store.list()), ["aa1", "bb2"]);
    const before = await store.list();
    assert.equal(await store.observed.has("aa1"), true);
    assert.equal((await store.observed.get("aa1"))!.length, 1000);
    assert.deepEqual(await store.list(), before);
    assert.deepEqual([await store.observed.has("cc3"), await store.observed.get("cc3")], [false, undefined]);
    await store.get("bb2");
    assert.deepEqual(names(await store.trim(1000 + overhead)), ["aa1"], "the cheaper one was used, and stays");
  });

  rule(
    "[V5] trim removes what is cheap a byte first; what was used since the last trim stays for longer",
    async ({ store, reopen }) => {
      const bytes = new Uint8Array(1000);
      for (const [name, ms] of [
        ["aa1", 1],
        ["bb2", 2],
        ["cc3", 900],
      ] as const)
        await store.put(name, bytes, ms);
      assert.deepEqual(names(await store.trim(2500)), ["aa1"]);
      // The clock now stands at what "aa1" was worth, so that its return is worth more than "bb2" that nobody used.
      await store.put("aa1", bytes, 1.5);
      // What is put is counted for others when the turn is over.
      await setImmediate();
      assert.deepEqual(names(await reopen().trim(2500)), ["bb2"]);
      assert.deepEqual(names(await store.list()), ["aa1", "cc3"]);
    },
  );

  rule(
    "[V6] a budget of less than nothing empties the store; one that suffices removes nothing",
    async ({ store, overhead }) => {
      await store.put(key, new Uint8Array(100));
      await store.put("empty", new Uint8Array());
      assert.deepEqual(await store.trim(100 + 2 * overhead), []);
      assert.deepEqual(names(await store.trim(-1)), [key, "empty"].sort());
      assert.deepEqual([await store.list(), await store.has(key)], [[], false]);
    },
  );

  rule("[V7] what is no key is refused", async ({ store }) => {
    for (const bad of ["../../etc/passwd", "..", "", "a/b", "a\\b", ".clock", "a".repeat(129)])
      await assert.rejects(async () => store.put(bad, new Uint8Array(1)), /not a key/, bad);
  });

  rule("[V8] a store keeps the bytes that it was given, whatever is done with them afterwards", async ({ store }) => {
    const bytes = new Uint8Array([1, 2, 3]);
    await store.put(key, bytes);
    bytes.fill(9);
    (await store.get(key))!.fill(8);
    assert.deepEqual([...(await store.get(key))!], [1, 2, 3]);
  });

  test(`${name}: [V9] whatever was put, read and trimmed, the rest fits the budget and what left was worth least`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 30, size: "max" }), (operations) =>
        follows(open(), operations),
      ),
      {
        numRuns: 60,
      },
    );
  });
}

/** What a store should hold, kept as simply as can be: GreedyDual-Size over a list. */
type Model = { clock: number; entries: Map<string, { size: number; cost: number; since: number }> };
const worth = ({ size, cost, since }: { size: number; cost: number; since: number }) =>
  since + cost / Math.max(size, 1);

const keyOf = (i: number) => `${"abcdef"[i % 6]}${i}`;
const operation = fc.oneof(
  fc.record({
    kind: fc.constant("put"),
    key: fc.nat(11),
    size: fc.nat(400),
    ms: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("get"), key: fc.nat(11) }),
  fc.record({ kind: fc.constant("trim"), budget: fc.nat(2000) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer O> ? O : never;

/** Does it all, each by a user of its own, and compares the store with the model after each. */
async function follows({ reopen, overhead }: OpenStore, operations: readonly Operation[]): Promise<void> {
  const model: Model = { clock: 0, entries: new Map() };
  for (const one of operations) {
    const store = reopen();
    if ("size" in one) {
      await store.put(keyOf(one.key), new Uint8Array(one.size), one.ms);
      model.entries.set(keyOf(one.key), { size: one.size + overhead, cost: one.ms, since: model.clock });
    } else if ("key" in one) {
      const known = model.entries.get(keyOf(one.key));
      assert.equal((await store.get(keyOf(one.key)))?.length, known && known.size - overhead);
      if (known) known.since = model.clock;
    } else {
      const left = await store.trim(one.budget);
      const kept = await store.list();
      assert.ok(kept.reduce((sum, { size }) => sum + size, 0) <= one.budget);
      const least = Math.min(Number.POSITIVE_INFINITY, ...kept.map(worth));
      assert.ok(left.every((entry) => worth(entry) <= least));
      for (const entry of left) {
        model.clock = Math.max(model.clock, worth(model.entries.get(entry.key)!));
        model.entries.delete(entry.key);
      }
      // Nothing leaves that there is room for.
      const last = left.at(-1);
      if (last) assert.ok(kept.reduce((sum, { size }) => sum + size, last.size) > one.budget);
    }
    const there = (await store.list()).map((entry) => {
      const { size, cost, since } = entry;
      return [entry.key, { size, cost, since }] as const;
    });
    assert.deepEqual(new Map(there), model.entries);
  }
}
