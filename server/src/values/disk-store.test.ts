import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { cacheContract } from "@clipwork/engine/testing";
import fc from "fast-check";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore, type StoredEntry } from "./disk-store.ts";

const contractFolder = mkdtempSync(join(tmpdir(), "clipwork-test-"));
after(() => rmSync(contractFolder, { recursive: true, force: true }));
cacheContract(
  "disk store",
  () => diskStore(mkdtempSync(join(contractFolder, "store-"))),
  async (store, key) => (await store.list()).find(({ path }) => basename(path) === key)?.cost,
);

const key = "ab12".padEnd(64, "0");
const place = (folder: string) => join(folder, "ab", key);

test("an entry survives in the folder and is read by another store", async (context) => {
  const folder = join(temporaryFolder(context), "values");
  await diskStore(folder).put(key, new Uint8Array([1, 2, 3]));
  assert.deepEqual(new Uint8Array((await diskStore(folder).get(key))!), new Uint8Array([1, 2, 3]));
  assert.equal(await diskStore(folder).has(key), true);
});

test("looking up creates nothing", async (context) => {
  const folder = join(temporaryFolder(context), "values");
  assert.equal(await diskStore(folder).get(key), undefined);
  assert.equal(await diskStore(folder).has(key), false);
  await diskStore(folder).trim(0);
  assert.equal(existsSync(folder), false);
});

const damages: [string, (path: string) => void][] = [
  ["a flipped bit", (path) => writeFileSync(path, flipLast(readFileSync(path)))],
  ["a cut end", (path) => truncateSync(path, readFileSync(path).length - 1)],
  ["a cut header", (path) => truncateSync(path, 3)],
  ["an empty file", (path) => truncateSync(path, 0)],
  ["a file of another kind", (path) => writeFileSync(path, "hello, this is no entry of the store at all, is it?")],
];
for (const [title, damage] of damages) {
  test(`${title} makes an entry absent, and the file goes away`, async (context) => {
    const folder = temporaryFolder(context);
    const store = diskStore(folder);
    await store.put(key, new Uint8Array([1, 2, 3]));
    damage(place(folder));
    assert.equal(await store.has(key), false);
    await store.put(key, new Uint8Array([1, 2, 3]));
    damage(place(folder));
    assert.equal(await store.get(key), undefined);
    assert.equal(existsSync(place(folder)), false);
    await store.put(key, new Uint8Array([4]));
    assert.deepEqual([...(await store.get(key))!], [4]);
  });
}

function flipLast(bytes: Buffer): Buffer {
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
}

test("writers of one key at once leave one whole entry and no draft", async (context) => {
  const folder = temporaryFolder(context);
  const bytes = new Uint8Array(100_000).fill(7);
  await Promise.all(Array.from({ length: 8 }, () => diskStore(folder).put(key, bytes)));
  assert.deepEqual(globSync("**/*", { cwd: folder }).sort(), ["ab", join("ab", key)]);
  assert.equal((await diskStore(folder).get(key))!.length, bytes.length);
});

test("trim removes what is cheap a byte first; what was used since the last trim stays for longer", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  const bytes = new Uint8Array(1000);
  for (const [name, ms] of [
    ["aa1", 1],
    ["bb2", 2],
    ["cc3", 900],
  ] as const)
    await store.put(name, bytes, ms);
  const names = (entries: readonly StoredEntry[]) => entries.map(({ path }) => basename(path)).sort();
  assert.deepEqual(names(await store.trim(2500)), ["aa1"]);
  // The clock now stands at what "aa1" was worth, so that its return is worth more than "bb2" that nobody used.
  await store.put("aa1", bytes, 1.5);
  assert.deepEqual(names(await diskStore(folder).trim(2500)), ["bb2"]);
  assert.deepEqual(names(await store.list()), ["aa1", "cc3"]);
});

test("equal ages: what was dear outlives what was cheap; equal costs: what was used last stays", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  const keys = ["aa1", "bb2", "cc3"];
  for (const name of keys) await store.put(name, new Uint8Array(1000), name === "bb2" ? 10 : 1);
  for (const name of keys) utimesSync(join(folder, name.slice(0, 2), name), 1000, 1000);
  await store.get("aa1");
  const gone: string[] = [];
  for (const budget of [2500, 1500, 500]) gone.push(...(await store.trim(budget)).map(({ path }) => basename(path)));
  assert.deepEqual(gone, ["cc3", "aa1", "bb2"]);
});

/** What a store should hold, kept as simply as can be: GreedyDual-Size over a list. */
type Model = { clock: number; entries: Map<string, { size: number; cost: number; since: number }> };
const worth = ({ size, cost, since }: { size: number; cost: number; since: number }) => since + cost / size;

const keyOf = (i: number) => `${"abcdef"[i % 6]}${i}`;
const operation = fc.oneof(
  fc.record({
    kind: fc.constant("put"),
    key: fc.nat(11),
    size: fc.nat(400),
    ms: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("get"), key: fc.nat(11) }),
  fc.record({ kind: fc.constant("trim"), budget: fc.nat(3000) }),
);

test("whatever was put, read and trimmed, the rest fits the budget and what left was worth least", async (context) => {
  const root = temporaryFolder(context);
  let run = 0;
  const property = fc.asyncProperty(fc.array(operation, { maxLength: 30 }), async (operations) => {
    const folder = join(root, String(run++));
    const model: Model = { clock: 0, entries: new Map() };
    for (const one of operations) {
      // Each by a store of its own: what counts survives in the folder.
      const store = diskStore(folder);
      if ("size" in one) {
        await store.put(keyOf(one.key), new Uint8Array(one.size), one.ms);
        model.entries.set(keyOf(one.key), { size: one.size + 56, cost: one.ms, since: model.clock });
      } else if ("key" in one) {
        const known = model.entries.get(keyOf(one.key));
        assert.equal((await store.get(keyOf(one.key)))?.length, known && known.size - 56);
        if (known) known.since = model.clock;
      } else {
        const left = await store.trim(one.budget);
        const kept = await store.list();
        assert.ok(kept.reduce((sum, { size }) => sum + size, 0) <= one.budget);
        const least = Math.min(Number.POSITIVE_INFINITY, ...kept.map(worth));
        assert.ok(left.every((entry) => worth(entry) <= least));
        for (const { path } of left) {
          const entry = model.entries.get(basename(path))!;
          model.clock = Math.max(model.clock, worth(entry));
          model.entries.delete(basename(path));
        }
        // Nothing leaves that there is room for.
        const last = left.at(-1);
        if (last) assert.ok(kept.reduce((sum, { size }) => sum + size, last.size) > one.budget);
      }
      const there = (await store.list()).map(({ path, size, cost, since }) => [basename(path), { size, cost, since }]);
      assert.deepEqual(new Map(there as never), model.entries);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test("a clock that was lost is found again in the entries; numbers that are none count as 0", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  for (const [name, ms] of [
    ["aa1", 500],
    ["bb2", 600],
  ] as const)
    await store.put(name, new Uint8Array(444), ms);
  await store.trim(500);
  await store.get("bb2");
  rmSync(join(folder, ".clock"));
  await store.put("cc3", new Uint8Array(444), Number.NaN);
  assert.deepEqual((await store.list()).map(({ cost, since }) => [cost, since]).sort(), [
    [0, 0],
    [600, 1],
  ]);
  assert.equal(basename((await store.trim(500))[0]!.path), "cc3");
  await store.put("dd4", new Uint8Array(444), 1);
  assert.equal((await store.list()).find(({ path }) => path.endsWith("dd4"))!.since, 1);
});

test("a file that is being written stays; one that a dead process left goes first", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  await store.put(key, new Uint8Array(1000), 1);
  const draft = `${place(folder)}.0123.tmp`;
  writeFileSync(draft, "CLPW2");
  assert.deepEqual([(await store.trim(-1)).length, existsSync(draft)], [1, true]);
  await store.put(key, new Uint8Array(1000), 1);
  utimesSync(draft, 1000, 1000);
  assert.deepEqual([(await store.trim(1058)).length, existsSync(draft), existsSync(place(folder))], [1, false, true]);
});

test("a store lists what it keeps, and is emptied by a budget of less than nothing", async (context) => {
  const folder = join(temporaryFolder(context), "values");
  const store = diskStore(folder);
  assert.deepEqual(await store.list(), []);
  await store.put(key, new Uint8Array(1000), 25);
  utimesSync(place(folder), 1000, 1000);
  assert.deepEqual(await store.list(), [{ path: place(folder), size: 1056, used: 1_000_000, cost: 25, since: 0 }]);
  truncateSync(place(folder), 0);
  assert.equal((await store.trim(-1)).length, 1);
  assert.deepEqual(await store.list(), []);
});

test("the digest of an entry is that of its bytes, and there is none where there is no whole head", async (context) => {
  const store = diskStore(temporaryFolder(context));
  assert.equal(await store.digest(key), undefined);
  await store.put(key, new Uint8Array([1, 2, 3]));
  assert.equal(
    await store.digest(key),
    createHash("sha256")
      .update(new Uint8Array([1, 2, 3]))
      .digest("hex"),
  );
});

test("observing leaves no trace: the time of use stays, and so does a damaged file", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  await store.put(key, new Uint8Array([1, 2, 3]));
  utimesSync(place(folder), 1000, 1000);
  assert.deepEqual([...(await store.observed.get(key))!], [1, 2, 3]);
  assert.equal(await store.observed.has(key), true);
  assert.equal((await store.list())[0]!.used, 1_000_000);
  truncateSync(place(folder), 3);
  assert.deepEqual([await store.observed.has(key), await store.observed.get(key)], [false, undefined]);
  assert.equal(existsSync(place(folder)), true);
});

test("a key cannot leave the folder", async (context) => {
  const store = diskStore(temporaryFolder(context));
  for (const bad of ["../../etc/passwd", "..", "", "a/b", "a\\b"]) {
    await assert.rejects(async () => store.put(bad, new Uint8Array(1)), /not a key/, bad);
  }
});
