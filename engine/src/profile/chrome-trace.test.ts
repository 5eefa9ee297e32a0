import assert from "node:assert/strict";
import { test } from "node:test";
import { chromeTrace, type TraceEvent } from "./chrome-trace.ts";
import type { Profile } from "./profile.ts";

const profile: Profile = {
  start: 1000,
  end: 1100,
  ended: true,
  cached: 0,
  items: [
    {
      node: "paint",
      item: 0,
      start: 1010,
      end: 1060.5,
      state: "finished",
      steps: [
        { step: 1, time: 1030 },
        { step: 2, time: 1050 },
      ],
    },
    { node: "paint", item: 1, start: 1020, end: 1070, state: "failed", steps: [] },
  ],
  work: [
    { stage: "toy/decoder", nodes: ["paint", "enlarge"], rows: 4, calls: 2, start: 1012, ms: 15.25, wait: 1.5 },
    {
      stage: "toy/prior",
      nodes: ["paint"],
      rows: 20,
      calls: 10,
      start: 1040,
      ms: 8,
      wait: 0,
      several: { count: 10, end: 1055 },
    },
  ],
  memory: [{ time: 1055, rss: 300, loaded: 40 }],
};

const { traceEvents, displayTimeUnit } = chromeTrace(profile, (node) => (node === "paint" ? "Decoder" : node));
const named = (ph: TraceEvent["ph"], name: string) => traceEvents.filter((one) => one.ph === ph && one.name === name);

test("[Q6] items and their steps are spans in whole microseconds from the beginning, each row with a name", () => {
  assert.equal(displayTimeUnit, "ms");
  const [first, second] = named("X", "Decoder");
  assert.deepEqual(
    [first, second].map((one) => [one!.pid, one!.tid, one!.ts, one!.dur, one!.args]),
    [
      [1, 1, 10_000, 50_500, { node: "paint", item: 0, state: "finished" }],
      [1, 2, 20_000, 50_000, { node: "paint", item: 1, state: "failed" }],
    ],
  );
  assert.deepEqual(
    [...named("X", "step 1"), ...named("X", "step 2")].map(({ tid, ts, dur }) => [tid, ts, dur]),
    [
      [1, 10_000, 20_000],
      [1, 30_000, 20_000],
    ],
  );
  assert.deepEqual(
    named("M", "thread_name").map(({ pid, tid, args }) => [pid, tid, args.name]),
    [
      [2, 1, "Model runs"],
      [1, 1, "Decoder"],
      [1, 2, "Decoder (2)"],
    ],
  );
});

test("[Q6] the steps of an item that went on have their numbers and begin where it went on", () => {
  const steps = [
    { step: 21, time: 1040 },
    { step: 22, time: 1050 },
  ];
  const [item] = profile.items;
  const resumed = chromeTrace({ ...profile, items: [{ ...item!, from: { step: 20, time: 1030 }, steps }] });
  assert.deepEqual(
    resumed.traceEvents
      .filter(({ name }) => name.startsWith("step "))
      .map(({ name, ts, dur, args }) => [name, ts, dur, args]),
    [
      ["step 21", 30_000, 10_000, { step: 21 }],
      ["step 22", 40_000, 10_000, { step: 22 }],
    ],
  );
});

test("[Q6] model runs have their batch, their nodes and their wait", () => {
  assert.deepEqual(named("X", "toy/decoder"), [
    {
      name: "toy/decoder",
      ph: "X",
      cat: "model",
      pid: 2,
      tid: 1,
      ts: 12_000,
      dur: 15_250,
      args: { rows: 4, calls: 2, ms: 15.25, wait: 1.5, nodes: "paint, enlarge" },
    },
  ]);
  const [several] = named("X", "toy/prior");
  assert.deepEqual([several!.dur, several!.args.ms, several!.args.runs], [15_000, 8, 10]);
});

test("[Q6] the memory is a counter", () => {
  assert.deepEqual(named("C", "memory"), [
    { name: "memory", ph: "C", pid: 2, tid: 0, ts: 55_000, args: { rss: 300, loaded: 40 } },
  ]);
});

test("[Q6] it is JSON in which every span lies within the run and every step within its item", () => {
  const read: { traceEvents: TraceEvent[] } = JSON.parse(JSON.stringify(chromeTrace(profile)));
  const spans = read.traceEvents.filter(({ ph }) => ph === "X");
  assert.equal(spans.length, 6);
  for (const { ts, dur } of spans) assert.ok(Number.isInteger(ts) && Number.isInteger(dur) && ts! + dur! <= 100_000);
  const item = spans.find(({ name, args }) => name === "paint" && args.item === 0)!;
  for (const { name, ts, dur } of spans)
    if (name.startsWith("step")) assert.ok(ts! >= item.ts! && ts! + dur! <= item.ts! + item.dur!);
});

test("[Q6] a run of very many nodes names its rows without them", () => {
  const items = Array.from({ length: 300 }, (_, i) => ({
    ...profile.items[1]!,
    node: `n${i}`,
    start: 1000 + i,
    end: 1001 + i,
  }));
  const lanes = chromeTrace({ ...profile, items }).traceEvents.filter(({ pid, ph }) => pid === 1 && ph === "M");
  assert.deepEqual(
    lanes.map(({ args }) => args.name),
    ["Nodes", "nodes"],
  );
});
