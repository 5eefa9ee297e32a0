import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { clipwork, folderWith, listing, shortHierarchy } from "./clipwork.fixture.ts";

/** Settings of the short hierarchy that take little time. */
const few = ["--set", "decoderSteps=2"];

function batchOf(context: TestContext, csv: string) {
  const cwd = folderWith(context, shortHierarchy());
  writeFileSync(join(cwd, "captions.csv"), csv);
  const run = async (...args: string[]) => {
    const command = ["run", "workflow.json", "--batch", "captions.csv", "--json", ...few, ...args];
    const outcome = await clipwork(command, { cwd });
    const rows = outcome.events().filter(({ event }) => event === "batch.row");
    return { ...outcome, kept: rows.map(({ kept }) => kept as boolean) };
  };
  return { cwd, run };
}

test("each row of a CSV is a run of its own into its folder, and a batch goes on where it broke off", async (context) => {
  const { cwd, run } = batchOf(context, 'prompt,seed\n"red cube, blue",7\nred cube,\n');
  const first = await run();
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(listing(join(cwd, "out")), ["1", "1/picture.png", "2", "2/picture.png", "batch.jsonl"]);
  const { event, ...counts } = first.last();
  assert.deepEqual([event, counts, first.kept], ["batch.finished", { done: 2, failed: 0, kept: 0 }, [false, false]]);
  const again = await run();
  assert.deepEqual([again.code, again.kept], [0, [true, true]]);
  rmSync(join(cwd, "out", "2", "picture.png"));
  assert.deepEqual((await run()).kept, [true, false], "its picture is gone");
  assert.deepEqual((await run("--set", "decoderSteps=3")).kept, [false, false], "other settings");
  writeFileSync(join(cwd, "captions.csv"), 'prompt,seed\n"red cube, blue",8\nred cube,\n');
  assert.deepEqual((await run("--set", "decoderSteps=3")).kept, [false, true], "another row");
});

test("a row that is wrong fails alone, unless it is the first; a column that is not exposed ends the batch", async (context) => {
  const { cwd, run } = batchOf(context, "prompt,seed\nred cube,7\nred cube,-1\nred cube,9\n");
  const partly = await run();
  assert.equal(partly.code, 1);
  assert.deepEqual(partly.last(), { event: "batch.finished", done: 2, failed: 1, kept: 0 });
  assert.deepEqual((await run()).kept, [true, false, true]);
  writeFileSync(join(cwd, "captions.csv"), "promt,seed\nred cube,7\nred cube,8\n");
  const refused = await run();
  assert.deepEqual([refused.code, refused.kept, refused.last().event], [2, [false], "invalid"]);
  assert.match(refused.last().problems[0].message, /exposes no "promt"/);
  writeFileSync(join(cwd, "captions.csv"), "a red cube\na blue ball\n");
  const bare = await clipwork(["run", "workflow.json", "--batch", "captions.csv"], { cwd });
  assert.equal(bare.code, 2);
  assert.match(bare.stderr, /first line of a CSV is its header, here "a red cube"; captions alone, .* \.txt\./);
});

test("a workflow that cannot be read is what is wrong; a pipe, which can be read once, is refused unread", async (context) => {
  const { cwd } = batchOf(context, "prompt\na\n");
  const refused = async (file: string, ...args: string[]) => {
    const { code, last } = await clipwork(["run", file, "--json", ...args], { cwd });
    return [code, last().event, last().problems[0].code];
  };
  const batch = ["--batch", "captions.csv"];
  assert.deepEqual(await refused("missing.json", ...batch), [2, "invalid", "file-missing"]);
  const pipe = join(cwd, "pipe");
  const files = spawnSync("mkfifo", [pipe]).status === 0 ? ["-", "/dev/stdin", pipe] : ["-", "/dev/stdin"];
  for (const file of files)
    for (const args of [batch, ["--watch"]])
      assert.deepEqual(await refused(file, ...args), [2, "invalid", "usage"], `${file} ${args}`);
});

test("a line of the journal that was cut off costs its own row alone", async (context) => {
  const { cwd, run } = batchOf(context, "prompt,seed\nred cube,7\nred cube,8\n");
  assert.equal((await run()).code, 0);
  const journal = join(cwd, "out", "batch.jsonl");
  const text = readFileSync(journal, "utf8");
  writeFileSync(journal, text.slice(0, -20));
  assert.deepEqual((await run()).kept, [true, false]);
  assert.deepEqual((await run()).kept, [true, true]);
});

test("a batch and watching do not go with what is about one run", async (context) => {
  const { run } = batchOf(context, "prompt\na\n");
  for (const args of [["--watch"], ["--profile"], ["--report", "report.html"], ["--trace", "trace.json"]]) {
    const { code, last } = await run(...args);
    assert.deepEqual([code, last().problems[0].code], [2, "usage"], args.join());
  }
});
