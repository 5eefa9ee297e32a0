import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "./profile.ts";
import { stageTimes } from "./stage-times.ts";
import type { ModelRun } from "./work.ts";

function profileOf(work: readonly ModelRun[], start = 0, end = 100): Profile {
  return { start, end, ended: true, items: [], cached: 0, work, memory: [] };
}

function modelRun(stage: string, rows: number, ms: number, more: Partial<ModelRun> = {}): ModelRun {
  return { stage, nodes: [], rows, calls: 1, start: 0, ms, wait: 1, ...more };
}

test("[Q4] rows, runs and times add up stage by stage, the longest first", () => {
  const { stages, rest } = stageTimes(
    profileOf([
      modelRun("toy/prior", 2, 5),
      modelRun("toy/decoder", 2, 20),
      modelRun("toy/decoder", 32, 30, { wait: 4 }),
      modelRun("toy/prior", 2, 5),
    ]),
  );
  assert.deepEqual(stages, [
    { stage: "toy/decoder", runs: 2, rows: 34, ms: 50, wait: 5, share: 0.5 },
    { stage: "toy/prior", runs: 2, rows: 4, ms: 10, wait: 2, share: 0.1 },
  ]);
  assert.deepEqual(rest, { ms: 40, share: 0.4 });
});

test("[Q4] an entry that stands for several runs counts as many", () => {
  const { stages } = stageTimes(profileOf([modelRun("toy/prior", 20, 8, { several: { count: 10, end: 90 } })]));
  assert.deepEqual([stages[0]!.runs, stages[0]!.rows], [10, 20]);
});

test("[Q4] without model runs all of the time is left, and without time nothing is", () => {
  assert.deepEqual(stageTimes(profileOf([])), { stages: [], rest: { ms: 100, share: 1 } });
  assert.deepEqual(stageTimes(profileOf([], 5, 5)), { stages: [], rest: { ms: 0, share: 0 } });
});

test("[Q4] more work than time, as clocks may say, leaves nothing and is no more than all", () => {
  const { stages, rest } = stageTimes(profileOf([modelRun("toy/prior", 1, 130)]));
  assert.deepEqual([stages[0]!.share, rest.ms], [1, 0]);
});
