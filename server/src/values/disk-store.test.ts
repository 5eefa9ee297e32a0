import assert from "node:assert/strict";
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
import { join } from "node:path";
import { after, test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "./disk-store.ts";
import { headBytes } from "./entry-file.ts";
import { valueStoreContract } from "./value-store.contract.ts";

const contractFolder = mkdtempSync(join(tmpdir(), "clipwork-test-"));
after(() => rmSync(contractFolder, { recursive: true, force: true }));
valueStoreContract("disk store", () => {
  const folder = mkdtempSync(join(contractFolder, "store-"));
  return { store: diskStore(folder), reopen: () => diskStore(folder), overhead: headBytes };
});

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
  assert.deepEqual(globSync("**/*", { cwd: folder, exclude: [".*"] }).sort(), ["ab", join("ab", key)]);
  assert.equal((await diskStore(folder).get(key))!.length, bytes.length);
});

test("equal ages: what was dear outlives what was cheap; equal costs: what was used last stays", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  const keys = ["aa1", "bb2", "cc3"];
  for (const name of keys) await store.put(name, new Uint8Array(1000), name === "bb2" ? 10 : 1);
  for (const name of keys) utimesSync(join(folder, name.slice(0, 2), name), 1000, 1000);
  await store.get("aa1");
  const gone: string[] = [];
  for (const budget of [2500, 1500, 500]) gone.push(...(await store.trim(budget)).map((entry) => entry.key));
  assert.deepEqual(gone, ["cc3", "aa1", "bb2"]);
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
  assert.equal((await store.trim(500))[0]!.key, "cc3");
  await store.put("dd4", new Uint8Array(444), 1);
  assert.equal((await store.list()).find((entry) => entry.key === "dd4")!.since, 1);
});

test("what was used since its row was written is not let go before what is worth less, however many there are", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  const content = new Uint8Array(500 - headBytes);
  await store.put("bb1", content, 500);
  // More than are looked at together, so that what is worth least is not among the first.
  const used = Array.from({ length: 200 }, (_, i) => `aa${i}`);
  for (const name of used) await store.put(name, content, 600);
  assert.deepEqual(
    (await store.trim(200 * 500)).map(({ key }) => key),
    ["bb1"],
  );
  // By their rows they are worth 600 / 500, used again 1 more; what comes now is worth 1 + 300 / 500.
  for (const name of used) await store.get(name);
  await store.put("cc1", content, 300);
  assert.deepEqual(
    (await store.trim(200 * 500)).map(({ key }) => key),
    ["cc1"],
  );
});

test("a file that is being written stays; one that a dead process left goes when the store is emptied", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  await store.put(key, new Uint8Array(1000), 1);
  const draft = `${place(folder)}.0123.tmp`;
  writeFileSync(draft, "CLPW2");
  assert.deepEqual([(await store.trim(-1)).length, existsSync(draft)], [1, true]);
  utimesSync(draft, 1000, 1000);
  assert.deepEqual([await store.list(), (await store.trim(-1)).length, existsSync(draft)], [[], 0, false]);
});

test("a store lists what it keeps, and is emptied by a budget of less than nothing", async (context) => {
  const folder = join(temporaryFolder(context), "values");
  const store = diskStore(folder);
  assert.deepEqual(await store.list(), []);
  await store.put(key, new Uint8Array(1000), 25);
  utimesSync(place(folder), 1000, 1000);
  assert.deepEqual(await store.list(), [{ key, size: 1056, used: 1_000_000, cost: 25, since: 0 }]);
  truncateSync(place(folder), 0);
  assert.equal((await store.trim(-1)).length, 1);
  assert.deepEqual(await store.list(), []);
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
