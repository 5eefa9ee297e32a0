import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { emptyRun, type RunEvent, type RunEventBody, reduce } from "@clipwork/engine";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { CurrentRuns } from "./current-runs.ts";
import { Forecast } from "./forecast.ts";
import { RunProgress } from "./run-progress.ts";

function openForecast(context: TestContext): Forecast {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  return new Forecast(database);
}

const ahead = new Map([
  ["sample", { kind: "sampler", items: 1 }],
  ["enlarge", { kind: "upsampler", items: 1 }],
]);

/** A run of which the events are told with their times. */
function running(forecast: Forecast) {
  const progress = new RunProgress(ahead, forecast, () => 0);
  let view = emptyRun("r");
  const tell = (time: number, body: RunEventBody) => {
    const event = { ...body, run: "r", seq: view.seq + 1, time } as RunEvent;
    view = reduce(view, event);
    progress.record(event, view);
  };
  /** The process says what models it holds. */
  const work = (time: number, loaded: number) =>
    progress.record({ event: "run.work", time, runs: [], rss: 1, loaded }, view);
  tell(0, { event: "run.started", nodes: 3 });
  return { progress, tell, work };
}

test("a node that was not reached counts as one item, one that is kept does not count until it runs", (context) => {
  const { progress, tell } = running(openForecast(context));
  assert.deepEqual(progress.counts(), { done: 0, all: 2 });
  for (const item of [0, 1]) tell(item, { event: "node.started", node: "sample", item });
  assert.deepEqual(progress.counts(), { done: 0, all: 3 });
  tell(5, { event: "node.finished", node: "sample", item: 0, ms: 5 });
  assert.deepEqual(progress.counts(), { done: 1, all: 3 });
  progress.unforeseen("kept", "encoder");
  tell(6, { event: "node.started", node: "kept", item: 0 });
  assert.deepEqual(progress.counts(), { done: 1, all: 4 }, "a kept value was gone");
  tell(7, { event: "node.cached", node: "other", item: 0 });
  assert.deepEqual(progress.counts(), { done: 2, all: 5 });
});

test("a run teaches how long an item of a node takes, if the node came to its end", (context) => {
  const forecast = openForecast(context);
  const { progress, tell } = running(forecast);
  for (const item of [0, 1]) tell(100, { event: "node.started", node: "sample", item });
  tell(200, { event: "node.started", node: "enlarge", item: 0 });
  tell(300, { event: "node.finished", node: "sample", item: 0, ms: 200 });
  tell(500, { event: "node.finished", node: "sample", item: 1, ms: 400 });
  assert.equal(forecast.msOf("sampler"), undefined, "the run goes on");
  tell(600, { event: "run.cancelled", executed: 1, cached: 0, outputs: [], ms: 600 });
  progress.finish();
  assert.equal(forecast.msOf("sampler"), (100 + 300 / 2) / 2, "where two nodes run at once each has its share");
  assert.equal(forecast.msOf("upsampler"), undefined, "it was broken off");
});

test("what is expected is counted before it is reached, and kept items are none of it", (context) => {
  const forecast = openForecast(context);
  for (const kind of ["sampler", "upsampler"]) forecast.learn(kind, { ms: 10, time: 1 });
  const batch = new Map([
    ["sample", { kind: "sampler", items: 3 }],
    ["enlarge", { kind: "upsampler", items: 8 }],
  ]);
  const progress = new RunProgress(batch, forecast, () => 0);
  assert.deepEqual([progress.msLeft(), progress.counts()], [110, { done: 0, all: 11 }]);
  let view = emptyRun("r");
  const tell = (body: RunEventBody) => {
    const event = { ...body, run: "r", seq: view.seq + 1, time: 1 } as RunEvent;
    view = reduce(view, event);
    progress.record(event, view);
  };
  for (let item = 0; item < 5; item++) tell({ event: "node.cached", node: "sample", item });
  for (let item = 5; item < 8; item++) tell({ event: "node.started", node: "sample", item });
  assert.equal(progress.msLeft(), 110);
  tell({ event: "node.finished", node: "sample", item: 5, ms: 1 });
  assert.equal(progress.msLeft(), 100);
});

test("the time left is that of the items left, less the steps that are done of those that run", (context) => {
  const forecast = openForecast(context);
  const { progress, tell } = running(forecast);
  assert.equal(progress.msLeft(), undefined, "nothing is known");
  forecast.learn("sampler", { ms: 100, time: 1 });
  assert.equal(progress.msLeft(), undefined, "one kind is unknown");
  forecast.learn("upsampler", { ms: 10, time: 1 });
  assert.equal(progress.msLeft(), 110);
  for (const item of [0, 1]) tell(1, { event: "node.started", node: "sample", item });
  assert.equal(progress.msLeft(), 2 * 100 + 2 * 10, "what comes after has as many items");
  tell(2, { event: "node.progress", node: "sample", item: 0, step: 3, steps: 4 });
  assert.equal(progress.msLeft(), 125 + 20);
  tell(3, { event: "node.cached", node: "enlarge", item: 0 });
  assert.equal(progress.msLeft(), 125);
  progress.unforeseen("kept", "encoder");
  tell(4, { event: "node.started", node: "kept", item: 0 });
  assert.equal(progress.msLeft(), undefined, "nothing is known of what runs against all expectation");
  forecast.learn("encoder", { ms: 7, time: 1 });
  assert.equal(progress.msLeft(), 132);
});

test("only runs in progress have progress, and none running means no time", (context) => {
  const forecast = openForecast(context);
  const current = new CurrentRuns(forecast, () => 0);
  assert.deepEqual([current.msLeft(), current.progressOf("a")], [0, undefined]);
  current.begin("a", ahead);
  assert.equal(current.msLeft(), undefined, "nobody knows how long");
  for (const kind of ["sampler", "upsampler"]) forecast.learn(kind, { ms: 10, time: 1 });
  assert.equal(current.msLeft(), 20);
  assert.deepEqual(current.progressOf("a")!.counts(), { done: 0, all: 2 });
  assert.equal(current.progressOf("b"), undefined);
  current.end("a");
  assert.deepEqual([current.msLeft(), current.progressOf("a")], [0, undefined]);
});

test("of several runs each takes its turns until it ends, and none teaches how long a node takes alone", (context) => {
  const forecast = openForecast(context);
  for (const [kind, ms] of [
    ["long", 100],
    ["short", 10],
  ] as const)
    forecast.learn(kind, { ms, time: 1 });
  const current = new CurrentRuns(forecast, () => 0);
  const one = (kind: string) => new Map([["n", { kind, items: 1 }]]);
  current.begin("a", one("long"));
  current.begin("b", one("short"));
  assert.deepEqual(
    [current.msLeft(), current.progressOf("a")!.msLeft(), current.progressOf("b")!.msLeft()],
    [110, 110, 20],
  );
  const told = (run: string, time: number, event: "node.started" | "node.finished") =>
    ({ run, seq: time, time, event, node: "n", item: 0, ...(event === "node.finished" && { ms: 1 }) }) as RunEvent;
  let view = emptyRun("b");
  for (const event of [told("b", 1, "node.started"), told("b", 500, "node.finished")]) {
    view = reduce(view, event);
    current.record("b", event, view);
  }
  current.end("b");
  assert.equal(current.progressOf("a")!.msLeft(), 100);
  current.end("a");
  assert.equal(forecast.msOf("short"), 10);
});

test("a run whose end is still being stored is no company of the next, and teaches how long its nodes take", (context) => {
  const forecast = openForecast(context);
  const current = new CurrentRuns(forecast, () => 0);
  current.begin("a", new Map([["n", { kind: "one", items: 1 }]]));
  let view = emptyRun("a");
  for (const [time, body] of [
    [0, { event: "run.started", nodes: 1 }],
    [1, { event: "node.started", node: "n", item: 0 }],
    [41, { event: "node.finished", node: "n", item: 0, ms: 40 }],
    [42, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 42 }],
  ] as const satisfies readonly (readonly [number, RunEventBody])[]) {
    const event = { ...body, run: "a", seq: view.seq + 1, time } as RunEvent;
    view = reduce(view, event);
    current.record("a", event, view);
  }
  current.begin("b", new Map([["n", { kind: "two", items: 1 }]]));
  current.end("a");
  assert.equal(forecast.msOf("one"), 40);
});

test("what ran before the process released a model is not warm after the run, what ended later is", (context) => {
  const forecast = openForecast(context);
  const { progress, tell, work } = running(forecast);
  for (const [node, begin, end, loaded] of [
    ["sample", 100, 200, 400],
    ["enlarge", 300, 500, 200],
  ] as const) {
    tell(begin, { event: "node.started", node, item: 0 });
    work(begin + 50, loaded);
    tell(end, { event: "node.finished", node, item: 0, ms: end - begin });
  }
  progress.finish();
  const { sampler, upsampler } = forecast.about({ sampler: 1, upsampler: 1 });
  assert.deepEqual([sampler!.warm, upsampler!.warm], [false, true]);
});

test("a run teaches how many bytes the kept value of an item has", (context) => {
  const forecast = openForecast(context);
  const sizes: { readonly [key: string]: number } = { one: 1000, two: 3000 };
  const progress = new RunProgress(ahead, forecast, (key) => sizes[key] ?? 0);
  let view = emptyRun("r");
  const told = (seq: number, body: RunEventBody) => {
    const event = { ...body, run: "r", seq, time: seq } as RunEvent;
    view = reduce(view, event);
    progress.record(event, view);
  };
  told(1, { event: "run.started", nodes: 2 });
  for (const [item, key] of ["one", "two"].entries()) {
    told(2 + 3 * item, { event: "node.started", node: "sample", item });
    told(3 + 3 * item, { event: "node.finished", node: "sample", item, ms: 1 });
    told(4 + 3 * item, { event: "node.stored", node: "sample", item, key });
  }
  told(8, { event: "node.started", node: "enlarge", item: 0 });
  told(9, { event: "node.finished", node: "enlarge", item: 0, ms: 1 });
  progress.finish();
  assert.equal(forecast.bytesOfAll({ sampler: 1 }), 2000);
  assert.equal(forecast.bytesOfAll({ upsampler: 1 }), 0, "nothing of it was kept");
});
