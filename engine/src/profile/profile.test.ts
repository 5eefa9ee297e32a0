import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunEvent, RunEventBody } from "../run/event.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { ProfileReader } from "./profile.ts";
import type { ModelRun, WorkEvent } from "./work.ts";

const run = { run: "r", seq: 1 };
const at = (time: number, body: RunEventBody) => ({ ...run, time, ...body }) as RunEvent;
const started = (time: number) => at(time, { event: "run.started", nodes: 2 });
const finished = (time: number) => at(time, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 0 });
const paint = { node: "paint", item: 0 };

function modelRun(start: number, ms: number, more: Partial<ModelRun> = {}): ModelRun {
  return { stage: "toy/decoder", nodes: ["paint"], rows: 2, calls: 1, start, ms, wait: 0, ...more };
}

function work(time: number, runs: readonly ModelRun[], rss = 100, loaded = 10): WorkEvent {
  return { event: "run.work", time, runs, rss, loaded };
}

function read(...events: readonly (RunEvent | WorkEvent)[]) {
  const reader = new ProfileReader();
  for (const event of events) reader.add(event);
  return reader.profile();
}

test("[Q1] an item is a span with its steps, and model runs and memory come beside", () => {
  const profile = read(
    started(1000),
    at(1000, { event: "node.cached", node: "caption", item: 0 }),
    at(1010, { event: "node.started", ...paint }),
    at(1030, { event: "node.progress", ...paint, step: 1, steps: 2 }),
    at(1040, { event: "node.progress", ...paint, step: 1, steps: 2, doing: "reading 1 GB" }),
    at(1050, { event: "node.progress", ...paint, step: 2, steps: 2 }),
    work(1055, [modelRun(1012, 15), modelRun(1032, 16)]),
    at(1060, { event: "node.finished", ...paint, ms: 50 }),
    finished(1070),
  );
  assert.deepEqual(profile, {
    start: 1000,
    end: 1070,
    ended: true,
    items: [
      {
        ...paint,
        start: 1010,
        end: 1060,
        state: "finished",
        steps: [
          { step: 1, time: 1030 },
          { step: 2, time: 1050 },
        ],
      },
    ],
    cached: 1,
    work: [modelRun(1012, 15), modelRun(1032, 16)],
    memory: [{ time: 1055, rss: 100, loaded: 10 }],
  });
});

test("[Q1] an item that goes on from step 20 has ended only the steps behind it", () => {
  const report = (time: number, step: number, doing?: string) =>
    at(time, { event: "node.progress", ...paint, step, steps: 25, ...(doing === undefined ? {} : { doing }) });
  const { items } = read(
    started(0),
    at(10, { event: "node.started", ...paint }),
    at(11, { event: "node.progress", ...paint, step: 0, steps: 0, doing: "reading 1 GB" }),
    report(20, 20),
    report(21, 20, "tile 1 of 2"),
    report(25, 20, "tile 2 of 2"),
    report(30, 21),
    report(31, 21, "tile 1 of 2"),
    report(40, 22),
    at(41, { event: "node.finished", ...paint, ms: 31 }),
  );
  const steps = [
    { step: 21, time: 30 },
    { step: 22, time: 40 },
  ];
  assert.deepEqual(items, [{ ...paint, start: 10, end: 41, state: "finished", from: { step: 20, time: 20 }, steps }]);
});

test("[Q1] steps that are reported several at once end together", () => {
  const report = (time: number, step: number) => at(time, { event: "node.progress", ...paint, step, steps: 40 });
  const begun = [started(0), at(1, { event: "node.started", ...paint })];
  const [item] = read(...begun, report(2, 0), report(5, 16), report(9, 32), report(11, 40)).items;
  assert.deepEqual(item!.from, { step: 0, time: 2 });
  assert.deepEqual(item!.steps, [
    { step: 16, time: 5 },
    { step: 32, time: 9 },
    { step: 40, time: 11 },
  ]);
});

test("[Q1] the events of a real run say the same of every item that ran", async () => {
  const nodes = {
    one: node("math.constant", { value: 1 }),
    two: node("math.constant", { value: 2 }),
    sum: node("math.add", {}, { a: "one.value", b: "two.value" }),
  };
  const { events } = await record(planOf(workflow(nodes), testEnvironment(testNodes), ["sum"]));
  const { items, ended, start, end } = read(...events);
  assert.deepEqual(items.map((span) => span.node).sort(), ["one", "sum", "two"]);
  assert.ok(ended && items.every((span) => span.state === "finished"));
  assert.ok(items.every((span) => start <= span.start && span.start <= span.end && span.end <= end));
  const times = new Map(items.map((span) => [span.node, span]));
  assert.ok(times.get("sum")!.start >= Math.max(times.get("one")!.end, times.get("two")!.end));
});

test("[Q1] items of a node are apart, one that fails says so, and one that never began has no span", () => {
  const { items } = read(
    started(0),
    at(1, { event: "node.started", node: "paint", item: 0 }),
    at(2, { event: "node.started", node: "paint", item: 1 }),
    at(5, { event: "node.finished", node: "paint", item: 1, ms: 3 }),
    at(9, { event: "node.failed", node: "paint", item: 0, message: "No." }),
    at(9, { event: "node.failed", node: "save", item: 0, message: "Not kept." }),
    at(9, { event: "node.progress", node: "save", item: 0, step: 1, steps: 2 }),
    at(9, { event: "node.skipped", node: "after", item: 0, because: "paint" }),
  );
  assert.deepEqual(
    items.map(({ item, start, end, state }) => [item, start, end, state]),
    [
      [0, 1, 9, "failed"],
      [1, 2, 5, "finished"],
    ],
  );
});

test("[Q2] what runs goes up to the newest event, or to the end of a model run", () => {
  const begun = [started(0), at(1, { event: "node.started", ...paint })];
  const live = read(...begun, at(7, { event: "node.progress", ...paint, step: 1, steps: 2 }));
  assert.deepEqual([live.end, live.ended, live.items[0]!.end, live.items[0]!.state], [7, false, 7, "running"]);
  const working = read(...begun, work(8, [modelRun(2, 10)]));
  assert.deepEqual([working.end, working.items[0]!.end], [12, 12]);
  const several = read(...begun, work(8, [modelRun(2, 3, { several: { count: 2, end: 30 } })]));
  assert.equal(several.end, 30);
});

test("[Q2] what runs when the run is cancelled has stopped then", () => {
  const end = at(20, { event: "run.cancelled", executed: 0, cached: 0, outputs: [], ms: 20 });
  const { items, ended } = read(started(0), at(1, { event: "node.started", ...paint }), end);
  assert.deepEqual([ended, items[0]!.end, items[0]!.state], [true, 20, "stopped"]);
});

test("[Q3] a run that starts again has spent nothing yet", () => {
  const again = read(
    started(0),
    at(1, { event: "node.started", ...paint }),
    at(1, { event: "node.cached", node: "caption", item: 0 }),
    work(2, [modelRun(1, 1)]),
    finished(3),
    started(100),
  );
  assert.deepEqual(again, { start: 100, end: 100, ended: false, items: [], cached: 0, work: [], memory: [] });
});

test("[Q2] of a run that has not begun nothing is known", () => {
  const { start, end, items } = read();
  assert.deepEqual([start, end, items], [0, 0, []]);
});

test("[Q2] what was read before stays as it was", () => {
  const reader = new ProfileReader();
  for (const event of [started(0), at(1, { event: "node.started", ...paint })]) reader.add(event);
  const before = reader.profile();
  reader.add(at(5, { event: "node.progress", ...paint, step: 1, steps: 1 }));
  reader.add(work(6, [modelRun(2, 3)]));
  reader.add(at(7, { event: "node.finished", ...paint, ms: 6 }));
  assert.deepEqual(before.items, [{ ...paint, start: 1, end: 1, state: "running", steps: [] }]);
  assert.deepEqual(before.work, []);
  assert.equal(reader.profile().items[0]!.state, "finished");
});
