import assert from "node:assert/strict";
import { globSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { clipwork, folderWith, listing, shortHierarchy } from "./clipwork.fixture.ts";

test("cache ls tells what is kept, gc trims it to a budget, clear empties it", async (context) => {
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
  const words = await clipwork(["cache", "ls", "--data", "data"], { cwd: folder });
  assert.match(words.stdout, /data: 4 values, \d+ kB, last used [\s\S]*decoder\.sample +1 value, /);

  const kept = all.types.find(({ type }: { type: string }) => type === "text.prompt").bytes;
  const values = globSync("data/values/*/*", { cwd: folder }).map((name) => join(folder, name));
  for (const value of values) utimesSync(value, 1000, 1000);
  const whole = await cache("gc");
  assert.deepEqual([whole.removed.entries, whole.kept.entries], [0, 4]);
  const trimmed = await cache("gc", "--max-bytes", String(all.bytes - kept));
  assert.ok(trimmed.removed.entries >= 1 && trimmed.kept.bytes <= all.bytes - kept, JSON.stringify(trimmed));
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
