import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "./disk-store.ts";
import { headBytes } from "./entry-file.ts";
import { EntryIndex } from "./entry-index.ts";

const keys = ["aa1", "bb2", "cc3", "dd4"] as const;
const size = 1000 + headBytes;
const names = (entries: readonly { readonly key: string }[]) => entries.map(({ key }) => key);

/** A store with an entry of each key, each dearer than the one before it. */
async function storeIn(context: TestContext) {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  for (const [i, key] of keys.entries()) await store.put(key, new Uint8Array(1000), i + 1);
  assert.equal(await store.size(), 4 * size);
  return { folder, store, index: join(folder, ".index"), place: (key: string) => join(folder, key.slice(0, 2), key) };
}

test("[V10] what a store holds, and that it has room, is known without a look at its entries", async (context) => {
  const { store, place } = await storeIn(context);
  for (const key of keys) truncateSync(place(key), 0);
  assert.equal(await store.size(), 4 * size);
  assert.deepEqual(await store.trim(4 * size), []);
});

test("[V10] only what is worth least is looked at when something has to go", async (context) => {
  const folder = temporaryFolder(context);
  const store = diskStore(folder);
  for (let i = 0; i < 1000; i++) await store.put(`a${i}`, new Uint8Array(10), i);
  // A file that were looked at would be found to have another size.
  for (let i = 500; i < 1000; i++) truncateSync(join(folder, `a${i}`.slice(0, 2), `a${i}`), 0);
  const total = 1000 * (10 + headBytes);
  assert.equal((await store.trim(total - 10 * (10 + headBytes))).length, 10);
  assert.equal(await store.size(), total - 10 * (10 + headBytes));
});

const damages: [string, (index: string) => void][] = [
  ["is missing", (index) => rmSync(index)],
  ["is empty", (index) => truncateSync(index, 0)],
  ["is cut off", (index) => truncateSync(index, 5000)],
  ["is something else", (index) => writeFileSync(index, "hello, this is no database at all, is it?".repeat(100))],
  ["has pages of something else", (index) => writeFileSync(index, readFileSync(index).fill(7, 4096))],
  ["was made by another version", (index) => alter(index, "PRAGMA user_version = 9")],
  ["has nothing in it", (index) => alter(index, "DELETE FROM entries; UPDATE totals SET compared = 0")],
];
for (const [title, damage] of damages) {
  test(`[V10] an index that ${title} is made anew of the entries, for who opens the store and who has it open`, async (context) => {
    for (const opens of [true, false]) {
      const { folder, store, index } = await storeIn(context);
      damage(index);
      const other = opens ? diskStore(folder) : store;
      await other.put("ee5", new Uint8Array(1000), 5);
      assert.equal(await other.size(), 5 * size);
      assert.deepEqual(names(await other.trim(3 * size)), ["aa1", "bb2"]);
      assert.equal(await other.size(), 3 * size);
    }
  });
}

function alter(index: string, text: string): void {
  const sql = new DatabaseSync(index);
  sql.exec(text);
  sql.close();
}

test("[V10] a file without a row, as a killed process leaves it, is found within a day, and at once when the store is emptied", async (context) => {
  const { folder, store, index, place } = await storeIn(context);
  cpSync(place("aa1"), join(folder, "bb", "bb9"));
  assert.equal(await store.size(), 4 * size);
  alter(index, `UPDATE totals SET compared = ${Date.now() - 25 * 60 * 60 * 1000}`);
  assert.equal(await store.size(), 5 * size);
  cpSync(place("aa1"), join(folder, "bb", "bb8"));
  assert.equal((await store.trim(-1)).length, 6);
  assert.deepEqual(readdirSync(join(folder, "bb")), []);
});

test("[V10] a row without a file is forgotten when it is its turn to go, and nothing goes in its place that there is room for", async (context) => {
  const { store, place } = await storeIn(context);
  rmSync(place("aa1"));
  assert.equal(await store.size(), 4 * size, "others removed it without a word");
  assert.deepEqual(await store.trim(3 * size), []);
  assert.equal(await store.size(), 3 * size);
});

test("[V10] a clock that was set back keeps no index from being compared", async (context) => {
  const { folder, store, index, place } = await storeIn(context);
  cpSync(place("aa1"), join(folder, "bb", "bb9"));
  alter(index, `UPDATE totals SET compared = ${Date.now() + 60 * 60 * 1000}`);
  assert.equal(await store.size(), 5 * size);
});

test("[V10] a damaged entry that is met is no longer counted", async (context) => {
  const { store, place } = await storeIn(context);
  truncateSync(place("aa1"), 3);
  assert.equal(await store.get("aa1"), undefined);
  assert.equal(await store.size(), 3 * size);
});

test("[V10] what could not be counted because others were writing is counted later, and is no fault", async (context) => {
  const { folder, index } = await storeIn(context);
  const impatient = new EntryIndex(folder, 1);
  assert.ok(impatient.compared > 0);
  const other = new DatabaseSync(index);
  other.exec("BEGIN IMMEDIATE");
  impatient.put({ key: "ee5", size: 1, cost: 0, since: 0, used: 0 });
  await setImmediate();
  other.exec("ROLLBACK");
  other.close();
  assert.equal(impatient.compared, 0, "the next who relies on it compares it");
});

test("[V10] several processes count in one index", async (context) => {
  const { folder, store } = await storeIn(context);
  const text = `
    const { diskStore } = await import(${JSON.stringify(import.meta.resolve("./disk-store.ts"))});
    const store = diskStore(process.argv[1]);
    for (let i = 0; i < 100; i++) await store.put(process.argv[2] + i, new Uint8Array(1000), 9);
    if (process.argv[2] === "y") await store.trim(1e9);`;
  const children = ["x", "y", "z"].map((name) =>
    spawn(process.execPath, ["--input-type=module", "-e", text, folder, name], { stdio: "inherit" }),
  );
  assert.deepEqual(await Promise.all(children.map(async (child) => (await once(child, "exit"))[0])), [0, 0, 0]);
  assert.equal(await store.size(), 304 * size);
  assert.equal((await store.list()).length, 304);
});

test("[V10] of equal worth what was used last stays, though uses are told to the files alone", async (context) => {
  const { folder, store, place } = await storeIn(context);
  for (const key of keys) await store.put(key, new Uint8Array(1000), 1);
  for (const [i, key] of keys.entries()) utimesSync(place(key), 1000 + i, 1000 + i);
  await store.get("aa1");
  assert.deepEqual(names(await diskStore(folder).trim(2 * size)), ["bb2", "cc3"]);
});

test("[V10] what cannot be counted because the disk takes nothing of the index is kept all the same", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, ".index"));
  const store = diskStore(folder);
  await store.put("aa1", new Uint8Array(1000));
  assert.equal((await store.get("aa1"))?.byteLength, 1000);
});
