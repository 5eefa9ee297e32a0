import assert from "node:assert/strict";
import { test } from "node:test";
import type { Profile } from "@clipwork/engine";
import { barAt, rowsOf } from "./rows.ts";

const profile: Profile = {
  start: 1000,
  end: 1100,
  ended: true,
  cached: 1,
  items: [
    {
      node: "paint",
      item: 0,
      start: 1010,
      end: 1060,
      state: "finished",
      steps: [
        { step: 1, time: 1030 },
        { step: 2, time: 1050 },
      ],
    },
    { node: "paint", item: 1, start: 1020, end: 1070, state: "failed", steps: [] },
    { node: "grow", item: 0, start: 1060, end: 1090, state: "stopped", steps: [] },
  ],
  work: [
    { stage: "toy/decoder", nodes: ["paint", "grow"], rows: 4, calls: 2, start: 1012, ms: 15, wait: 1.5 },
    {
      ...{ stage: "toy/prior", nodes: [], rows: 1, calls: 1, start: 1062, ms: 8, wait: 0.2 },
      several: { count: 10, end: 1075 },
    },
  ],
  memory: [],
};
const rows = rowsOf(profile, (node) => (node === "paint" ? "Decoder" : "Upsampler"));

test("each node has rows, named once, then come the model runs, all from the run's beginning", () => {
  assert.deepEqual(
    rows.map(({ label, bars }) => [label, bars.map(({ from, to }) => [from, to])]),
    [
      ["Decoder", [[10, 60]]],
      ["", [[20, 70]]],
      ["Upsampler", [[60, 90]]],
      [
        "Model runs",
        [
          [12, 27],
          [62, 75],
        ],
      ],
    ],
  );
  assert.deepEqual(rows[0]!.bars[0]!.steps, [30, 50]);
  assert.ok(rows[1]!.bars[0]!.failed && !rows[0]!.bars[0]!.failed);
});

test("a bar is read in words: names, time, steps, batch and wait", () => {
  assert.deepEqual(
    rows.flatMap(({ bars }) => bars.map(({ words }) => words)),
    [
      "Decoder: 50 ms, 2 steps",
      "Decoder: item 2, 50 ms, failed",
      "Upsampler: 30 ms, stopped",
      "toy/decoder: 15 ms, 4 rows, 2 calls together, waited 1.5 ms, for Decoder, Upsampler",
      "toy/prior: 8 ms, 1 row, 10 runs",
    ],
  );
});

test("the bar at a time is the one there, else the nearest within reach", () => {
  const work = rows[3]!;
  assert.equal(barAt(work, 20, 0)?.label, "toy/decoder");
  assert.equal(barAt(work, 28, 0), undefined);
  assert.equal(barAt(work, 28, 2)?.label, "toy/decoder");
  assert.equal(barAt(work, 60, 3)?.label, "toy/prior");
  assert.equal(barAt(work, 45, 100)?.label, "toy/prior");
});

test("a run without models has no row of them", () => {
  assert.deepEqual(rowsOf({ ...profile, work: [] }, (node) => node).length, 3);
});
