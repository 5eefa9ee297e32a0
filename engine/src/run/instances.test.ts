import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { gate, node, planOf, record, t, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { RunEvent } from "./event.ts";
import { nodeProgress, nodeState } from "./node-view.ts";
import { emptyRun, reduce, runProgress } from "./run-view.ts";

type Services = TestServices & { readonly at?: (value: number, signal: AbortSignal) => Promise<void> };

/** Counts two steps, and waits for the hook after the first. */
const slow = nodeDefiner<Services>()({
  type: "test.slow",
  version: 1,
  title: "Slow",
  summary: "Waits.",
  inputs: { value: t.number(".") },
  outputs: { value: t.number(".") },
  async run({ value }, _, { at, progress, signal }) {
    progress(1, 2);
    await at?.(value, signal);
    progress(2, 2);
    return { value };
  },
});
const environment = testEnvironment<Services>([...testNodes, slow]);

const one = node("math.constant", { value: 1 });
const show = (value: string) => node("output.show", {}, { value });
const step = {
  nodes: {
    add: node("math.add", { b: 1 }, { a: "in.x" }),
    fail: node("test.fail", { at: 2 }, { value: "add.value" }),
    slow: node("test.slow", {}, { value: "fail.value" }),
  },
  inputs: { x: {} },
  outputs: { y: { from: "slow.value" }, sum: { from: "add.value" } },
  exposed: { by: "add.b" },
};
const pair = {
  nodes: { left: node("subgraph.step", {}, { x: "in.x" }), right: node("subgraph.step", { by: 5 }, { x: "in.x" }) },
  inputs: { x: {} },
  outputs: { left: { from: "left.y" }, right: { from: "right.y" } },
};
const json = (nodes: object) => workflow({ one, ...nodes }, { definitions: { step, pair } });
const both = json({
  sub: node("subgraph.pair", {}, { x: "one.value" }),
  left: show("sub.left"),
  right: show("sub.right"),
});
/** Nothing fails in it: none of its sums is 2. */
const sound = json({
  a: node("subgraph.step", { by: 2 }, { x: "one.value" }),
  b: node("subgraph.step", { by: 3 }, { x: "one.value" }),
  left: show("a.y"),
  right: show("b.y"),
});
const viewOf = (events: readonly RunEvent[]) => events.reduce(reduce, emptyRun("test"));
const statesOf = (events: readonly RunEvent[]) => {
  const { nodes } = viewOf(events);
  return Object.fromEntries([...nodes].map(([id, view]) => [id, nodeState(view)]));
};

test("[G2] the events of a run speak of the nodes inside by their paths, and count those alone", async () => {
  const { events, executed, status } = await record(planOf(sound, environment));
  assert.equal(status, "finished");
  assert.deepEqual(
    events.flatMap((event) => (event.event === "run.started" ? [event.nodes] : [])),
    [9],
    "three in each instance, and the one and the two outputs outside",
  );
  const named = new Set(events.flatMap((event) => ("node" in event && event.node !== undefined ? [event.node] : [])));
  assert.deepEqual([...named].toSorted(), ["a/add", "a/fail", "a/slow", "b/add", "b/fail", "b/slow", "one"]);
  assert.equal(executed, 7);
});

test("[X1] a failure inside one instance skips what needs it there and outside, and leaves the other instance alone", async () => {
  const { events, status, failures, values } = await record(planOf(both, environment));
  assert.equal(status, "failed");
  assert.deepEqual(failures, [{ node: "sub/left/fail", item: 0, message: "cannot do 2" }]);
  assert.deepEqual(
    events.flatMap((event) => (event.event === "node.skipped" ? [[event.node, event.because]] : [])),
    [
      ["sub/left/slow", "sub/left/fail"],
      ["left", "sub/left/fail"],
    ],
  );
  assert.deepEqual(values, { "right.value": [6] });
});

test("[U9] in the view of a run each node inside has its own state, whatever the definition's other instances do", async () => {
  const { events } = await record(planOf(both, environment));
  const states = statesOf(events);
  assert.deepEqual(
    [states["sub/left/add"], states["sub/left/fail"], states["sub/left/slow"]],
    ["finished", "failed", "skipped"],
  );
  assert.deepEqual(
    [states["sub/right/add"], states["sub/right/fail"], states["sub/right/slow"]],
    ["finished", "finished", "finished"],
  );
  assert.equal(states.sub, undefined, "an instance is no node of a run");
});

test("[U10] [R10] the steps of a node inside are its own, and the run is done by as much", async () => {
  const opened = gate();
  const waiting: number[] = [];
  const bothWait = gate();
  const events: RunEvent[] = [];
  const running = record(planOf(sound, environment), {
    emit: (event) => events.push(event),
    services: {
      at: (value) => {
        waiting.push(value);
        if (waiting.length === 2) bothWait.open();
        return opened.opened;
      },
    },
  });
  await bothWait.opened;
  const view = viewOf(events);
  assert.deepEqual(waiting.toSorted(), [3, 4]);
  assert.deepEqual(view.running.map(({ node }) => node).toSorted(), ["a/slow", "b/slow"]);
  for (const id of ["a/slow", "b/slow"]) assert.deepEqual(nodeProgress(view.nodes.get(id)), { done: 1, all: 2 });
  assert.equal(runProgress(view), 6 / 9);
  opened.open();
  const { status } = await running;
  assert.equal(status, "finished");
  assert.equal(runProgress(viewOf(events)), 1);
});

test("[U11] [X6] a cancel stops what runs in all instances, and the next run goes on behind what was kept", async () => {
  const cache = memoryCache();
  const controller = new AbortController();
  const bothWait = gate();
  let waiting = 0;
  const running = record(planOf(sound, environment), {
    cache,
    signal: controller.signal,
    services: {
      at: (_, signal) => {
        const { promise, reject } = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => reject(signal.reason));
        if (++waiting === 2) bothWait.open();
        return promise;
      },
    },
  });
  await bothWait.opened;
  controller.abort();
  const { status, events, executed } = await running;
  assert.deepEqual([status, executed], ["cancelled", 5]);
  const states = statesOf(events);
  assert.deepEqual([states["a/slow"], states["b/slow"], states["a/fail"]], ["stopped", "stopped", "finished"]);
  assert.deepEqual(viewOf(events).running, []);
  const again = await record(planOf(sound, environment), { cache });
  const started = again.events.flatMap((event) => (event.event === "node.started" ? [event.node] : []));
  assert.deepEqual(started.toSorted(), ["a/slow", "b/slow"]);
  assert.deepEqual(again.values, { "left.value": [3], "right.value": [4] });
});

test("[L1] [P2] a list goes through an instance item by item, and a failure there loses one item", async () => {
  const list = json({
    range: node("list.range", { count: 3 }),
    sub: node("subgraph.step", {}, { x: "range.values" }),
    each: show("sub.y"),
    sums: show("sub.sum"),
  });
  const { values, failures } = await record(planOf(list, environment));
  assert.deepEqual(failures, [{ node: "sub/fail", item: 1, message: "cannot do 2" }]);
  assert.deepEqual(values["sums.value"], [1, 2, 3]);
  assert.deepEqual([values["each.value"]![0], 1 in values["each.value"]!, values["each.value"]![2]], [1, false, 3]);
});

test("[W8] [R19] an output says of nodes inside that it was made from them", async () => {
  const made: string[][] = [];
  await record(planOf(sound, environment), {
    output: (output) => made.push([output.node, ...output.made.map(({ node }) => node)]),
  });
  assert.deepEqual(made.toSorted(), [
    ["left", "one", "a/add", "a/fail", "a/slow"],
    ["right", "one", "b/add", "b/fail", "b/slow"],
  ]);
});
