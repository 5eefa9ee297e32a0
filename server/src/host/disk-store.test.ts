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
import { cacheContract } from "@clipwork/engine/testing";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "./disk-store.ts";

const contractFolder = mkdtempSync(join(tmpdir(), "clipwork-test-"));
after(() => rmSync(contractFolder, { recursive: true, force: true }));
cacheContract("disk store", () => diskStore(mkdtempSync(join(contractFolder, "store-"))));

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

test("trim removes what was used longest ago", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  const keys = ["aa1", "bb2", "cc3"];
  for (const [i, name] of keys.entries()) {
    await store.put(name, new Uint8Array(1000));
    utimesSync(join(folder, name.slice(0, 2), name), 1000 + i, 1000 + i);
  }
  await store.get("aa1");
  const removed = await store.trim(2500);
  assert.deepEqual(
    removed.map(({ path, size, used }) => [path, size, used]),
    [[join(folder, "bb", "bb2"), 1040, 1_001_000]],
  );
  assert.deepEqual(await Promise.all(keys.map((name) => store.has(name))), [true, false, true]);
});

test("a store lists what it keeps, and is emptied by a budget of less than nothing", async (context) => {
  const folder = join(temporaryFolder(context), "values");
  const store = diskStore(folder);
  assert.deepEqual(await store.list(), []);
  await store.put(key, new Uint8Array(1000));
  utimesSync(place(folder), 1000, 1000);
  assert.deepEqual(await store.list(), [{ path: place(folder), size: 1040, used: 1_000_000 }]);
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

test("a key cannot leave the folder", async (context) => {
  const store = diskStore(temporaryFolder(context));
  for (const bad of ["../../etc/passwd", "..", "", "a/b", "a\\b"]) {
    await assert.rejects(async () => store.put(bad, new Uint8Array(1)), /not a key/, bad);
  }
});
