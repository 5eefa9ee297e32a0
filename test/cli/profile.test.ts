import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { ChromeTrace, ModelRun } from "@clipwork/engine";
import { clipwork, folderWith, shortHierarchy } from "./clipwork.fixture.ts";

test("run.work events have the rows of every model run; --profile prints them by stage, --trace writes a timeline", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  const json = await clipwork(["run", "workflow.json", "--json", "--trace", "made/trace.json"], { cwd: folder });
  assert.equal(json.code, 0, json.stderr);
  const events = json.events();
  const work = events.filter(({ event }) => event === "run.work");
  const runs: ModelRun[] = work.flatMap((event) => event.runs);
  const paintings = runs.filter(({ stage }) => stage === "random-pack/decoder");
  const steps = events.filter(({ event, node }) => event === "node.progress" && node === "decode").length;
  assert.ok(steps > 0 && paintings.length > 0, JSON.stringify(runs));
  // Guided and unguided rows share a run, or a probe found that they do not.
  assert.ok(paintings.every(({ nodes }) => nodes.join() === "decode"));
  const rows = paintings.reduce((sum, run) => sum + run.rows, 0);
  assert.ok(rows >= steps, `${rows} rows for ${steps} steps`);
  assert.ok(work.every(({ rss, loaded }) => rss > 2 ** 20 && loaded >= 0) && work.at(-1)!.loaded > 0);
  assert.equal(events.at(-1)!.event, "run.finished");

  const { traceEvents }: ChromeTrace = JSON.parse(readFileSync(join(folder, "made", "trace.json"), "utf8"));
  const traced = traceEvents.filter(({ cat }) => cat === "model");
  assert.deepEqual(
    traced.map(({ name, args }) => [name, args.rows]),
    runs.map(({ stage, rows }) => [stage, rows]),
  );
  const decode = traceEvents.find(({ cat, args }) => cat === "node" && args.node === "decode")!;
  for (const { name, ts, dur } of traced)
    if (name === "random-pack/decoder")
      assert.ok(ts! >= decode.ts! && ts! + dur! <= decode.ts! + decode.dur! + 1000, JSON.stringify([decode, ts, dur]));

  const words = await clipwork(["run", "workflow.json", "--no-cache", "--profile"], { cwd: folder });
  assert.equal(words.code, 0, words.stderr);
  assert.match(words.stderr, /^stage +runs +rows +time +share$/m);
  assert.match(words.stderr, /^random-pack\/decoder +\d+ +\d+ +\d+\.\d s +\d+ %$/m);
  assert.match(words.stderr, /^everything else +\d+\.\d s +\d+ %$/m);
  assert.match(words.stderr, /^at most [\d.]+ [MG]B of memory, [\d.]+ [kMG]B of models loaded$/m);

  const kept = await clipwork(["run", "workflow.json", "--json", "--profile"], { cwd: folder });
  assert.deepEqual([kept.code, kept.events().filter(({ event }) => event === "run.work").length], [0, 0]);
  assert.match(kept.stderr, /^everything else +0\.\d s +100 %$/m);
});

test("a trace that cannot be written is refused before the run", async (context) => {
  const folder = folderWith(context, shortHierarchy());
  mkdirSync(join(folder, "made"));
  const outcome = await clipwork(["run", "workflow.json", "--trace", "made"], { cwd: folder });
  assert.equal(outcome.code, 2);
  assert.match(outcome.stderr, /The trace .*made is a folder\.\n {2}→ Name a file\./);
});
