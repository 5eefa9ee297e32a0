import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { keysFolder, openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { exitCodes } from "../terminal/terminal.ts";
import { diskStore } from "../values/disk-store.ts";
import { cacheClearCommand, cacheGcCommand, cacheLsCommand } from "./cache.ts";

/** A data folder with three values of one size that took 30, 20 and 10 ms, and a terminal that keeps what it is told. */
async function open(context: TestContext) {
  const data = temporaryFolder(context);
  await openDataFolder(data);
  const store = diskStore(valuesFolder(data));
  for (const [key, ms] of [
    ["dear", 30],
    ["middle", 20],
    ["cheap", 10],
  ] as const)
    await store.put(key, new Uint8Array(1000), ms);
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  return { data, store, terminal, out, err, json: () => JSON.parse(out.at(-1)!) };
}

test("cache ls says what is kept, what it took, and what would go first", async (context) => {
  const { data, terminal, out, json } = await open(context);
  assert.equal(await cacheLsCommand(terminal, { data }), exitCodes.done);
  assert.ok(out[0]!.startsWith(`${data}: 3 values, 4 kB, took 0.`), out[0]);
  assert.match(out.at(-3)!, /cheap .*, took 10 ms$/);
  await cacheLsCommand(terminal, { data, json: true });
  const { event, entries, ms, next } = json();
  assert.deepEqual([event, entries, ms], ["cache", 3, 60]);
  assert.deepEqual(
    next.map(({ key }: { key: string }) => key),
    ["cheap", "middle", "dear"],
  );
});

test("cache gc removes what is cheap a byte until the rest fits, and says how much", async (context) => {
  const { data, store, terminal, json } = await open(context);
  const [first] = await store.list();
  const maxBytes = String(2 * first!.size);
  assert.equal(await cacheGcCommand(terminal, { data, json: true, maxBytes }), exitCodes.done);
  const { event, removed, kept } = json();
  assert.deepEqual([event, removed.entries, kept.entries, kept.ms], ["freed", 1, 2, 50]);
  assert.deepEqual([await store.has("cheap"), await store.has("dear")], [false, true]);
});

test("cache gc keeps what the configuration says unless it is told otherwise, and refuses one that is wrong", async (context) => {
  const { data, store, terminal, err, json } = await open(context);
  const [first] = await store.list();
  const file = join(data, "config.json");
  writeFileSync(file, JSON.stringify({ keepBytes: 2 * first!.size }));
  await cacheGcCommand(terminal, { data, json: true });
  assert.equal(json().kept.entries, 2);
  writeFileSync(file, '{ "keepBytes": "2 GB" }');
  assert.equal(await cacheGcCommand(terminal, { data }), exitCodes.wrongInput);
  assert.match(err[0]!, /"keepBytes" has to be a whole number/);
  assert.equal((await store.list()).length, 2);
  await cacheGcCommand(terminal, { data, json: true, maxBytes: "0" });
  assert.equal(json().kept.entries, 0);
});

test("a budget that is no number of bytes is refused, and nothing goes", async (context) => {
  const { data, store, terminal, err } = await open(context);
  for (const maxBytes of ["-1", "1e9", "1.5", "", "x", "9".repeat(16)])
    assert.equal(await cacheGcCommand(terminal, { data, maxBytes }), exitCodes.wrongInput, maxBytes);
  assert.match(err[0]!, /error: --max-bytes "-1" is not a number of bytes/);
  assert.equal((await store.list()).length, 3);
});

test("cache clear removes values and remembered keys, and nothing else", async (context) => {
  const { data, store, terminal, out } = await open(context);
  mkdirSync(keysFolder(data), { recursive: true });
  writeFileSync(join(keysFolder(data), "x.json"), "{}");
  writeFileSync(join(data, "config.json"), "{}");
  assert.equal(await cacheClearCommand(terminal, { data }), exitCodes.done);
  assert.match(out[0]!, /3 values, 4 kB freed; 0 values, 0 kB kept\.$/);
  assert.deepEqual(await store.list(), []);
  assert.ok(!existsSync(keysFolder(data)) && existsSync(join(data, "config.json")));
});

test("a folder that is none of Clipwork's is not emptied", async (context) => {
  const folder = temporaryFolder(context);
  const values = valuesFolder(folder);
  await diskStore(values).put("key", new Uint8Array(1));
  const { terminal, err } = await open(context);
  for (const command of [cacheClearCommand, cacheGcCommand, cacheLsCommand])
    assert.equal(await command(terminal, { data: folder }), exitCodes.wrongInput);
  assert.match(err[0]!, /is not a data folder of Clipwork/);
  assert.equal((await diskStore(values).list()).length, 1);
});
