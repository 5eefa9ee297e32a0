import assert from "node:assert/strict";
import { cpSync, existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, fixturePacks, folderWith, listing, shortHierarchy, withoutWriting } from "./clipwork.fixture.ts";

test("cache ls lists what is kept, gc trims it to a budget, clear empties it", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const cache = async (...args: string[]) => {
    const outcome = await clipwork(["cache", ...args, "--json", "--data", "data"], { cwd: folder });
    assert.equal(outcome.code, 0, outcome.stdout + outcome.stderr);
    return outcome.last();
  };
  await clipwork(["run", "workflow.json", "--data", "data"], { cwd: folder });
  const all = await cache("ls");
  assert.deepEqual([all.event, all.entries], ["cache", 4]);
  assert.ok(all.oldest <= all.newest);
  const types = all.types.map(({ type }: { type: string }) => type).sort();
  assert.deepEqual(types, ["clip.encode-text", "decoder.sample", "prior.diffusion", "text.prompt"]);
  assert.ok(all.ms > 0, "the store knows what its values took");
  assert.deepEqual([all.next.length, all.next.every(({ ms }: { ms: number }) => ms > 0)], [4, true]);
  const words = await clipwork(["cache", "ls", "--data", "data"], { cwd: folder });
  assert.match(
    words.stdout,
    /data: 4 values, \d+ kB, took [\d.]+ s, last used [\s\S]*decoder\.sample +1 value, [\s\S]*evicted first when the budget is exceeded:\n( .* took .*\n){4}$/,
  );

  const [first] = all.next;
  const kept = all.types.find(({ type }: { type: string }) => type === "text.prompt").bytes;
  const whole = await cache("gc");
  assert.deepEqual([whole.removed.entries, whole.kept.entries], [0, 4]);
  const trimmed = await cache("gc", "--max-bytes", String(all.bytes - kept));
  assert.ok(trimmed.removed.entries >= 1 && trimmed.kept.bytes <= all.bytes - kept, JSON.stringify(trimmed));
  assert.ok(
    !existsSync(join(folder, "data", "values", first.key.slice(0, 2), first.key)),
    "the first to be evicted is gone",
  );
  const cleared = await cache("clear");
  assert.deepEqual([cleared.event, cleared.kept.entries], ["freed", 0]);
  assert.equal(trimmed.kept.entries, cleared.removed.entries);
  assert.equal((await cache("ls")).entries, 0);
  assert.equal(globSync("data/explain/*", { cwd: folder }).length, 0);
  const again = await clipwork(["run", "workflow.json", "--json", "--data", "data"], { cwd: folder });
  assert.deepEqual([again.code, again.last().executed], [0, 4]);
});

test("cache touches no folder that is not Clipwork's, and says what is wrong in the usage", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  for (const [command, ...more] of [["ls"], ["gc", "--max-bytes", "0"], ["clear"]]) {
    const args = ["cache", command!, ...more, "--data", folder];
    const { code, stderr } = await clipwork(args, { cwd: folder });
    assert.equal(code, 2);
    assert.match(stderr, /is not a data folder of Clipwork[\s\S]*→ /);
  }
  assert.deepEqual(listing(folder), ["workflow.json"]);
  const budget = await clipwork(["cache", "gc", "--max-bytes", "much", "--json"], { cwd: folder });
  assert.deepEqual([budget.code, budget.last().problems[0].code], [2, "usage"]);
  const none = await clipwork(["cache"], { cwd: folder });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /A command is missing\.\n {2}→ .*cache --help/);
});

test("a folder that may only be read is looked into, but neither emptied nor brought up to date", {
  skip: process.platform === "win32",
}, async (context) => {
  const folder = folderWith(context, shortHierarchy());
  await clipwork(["run", "workflow.json", "--data", "data"], { cwd: folder });
  cpSync(join(fixturePacks, "data-0.1"), join(folder, "old"), { recursive: true });
  const before = listing(folder);
  await withoutWriting(folder, async () => {
    const read = (...args: string[]) => clipwork([...args, "--json"], { cwd: folder, reader: true });
    const listed = await read("cache", "ls", "--data", "data");
    assert.deepEqual([listed.code, listed.last().entries], [0, 4], listed.stderr);
    const explained = await read("explain", "workflow.json", "--data", "data");
    assert.equal(explained.code, 0, explained.stderr);
    assert.ok(explained.last().nodes.every(({ state }: { state: string }) => state === "cached"));
    const cleared = await read("cache", "clear", "--data", "data");
    assert.match(cleared.last().problems[0].message, /cannot be written/);
    const old = await read("cache", "ls", "--data", "old");
    assert.match(
      old.last().problems[0].message,
      /older version of Clipwork, and cannot be migrated: it is not writable/,
    );
    assert.deepEqual([cleared.code, old.code], [2, 2]);
  });
  assert.deepEqual(listing(folder), before);
});

test("cache ls brings a folder of 0.1 up to date, and knows its values", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  cpSync(join(fixturePacks, "data-0.1"), join(folder, "old"), { recursive: true });
  const listed = await clipwork(["cache", "ls", "--json", "--data", "old"], { cwd: folder });
  assert.deepEqual([listed.code, listed.last().entries, listed.last().ms, listed.last().types.length], [0, 6, 0, 5]);
});
