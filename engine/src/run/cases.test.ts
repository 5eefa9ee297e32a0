import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, node, planOf, record, recordCalls, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";

// Whole situations that other engines' tests name (SPEC-CASES.md), where no test of a single rule shows them.

const environment = testEnvironment(testNodes);
const show = (value: string) => node("output.show", {}, { value });
const plan = (nodes: object, targets?: readonly string[]) => planOf(workflow(nodes), environment, targets);

test("[R1] [R7] one output that feeds two sinks gives two results and is computed once", async () => {
  const { outputs, executed } = await record(
    plan({ one: node("math.constant", { value: 1 }), a: show("one.value"), b: show("one.value") }),
  );
  assert.deepEqual(
    outputs.map(({ node, value }) => [node, value.key]),
    ["a", "b"].map((id) => [id, outputs[0]!.value.key]),
  );
  assert.equal(executed, 1);
});

test("[V12] [V14] where one output is broken, the other runs once it is chosen", async () => {
  const nodes = {
    one: node("math.constant", { value: 1 }),
    good: show("one.value"),
    odd: node("no.such", {}, { value: "one.value" }),
    bad: show("odd.value"),
  };
  assert.equal(validateJson(workflow(nodes), environment).plan, undefined);
  const { problems } = validateJson(workflow(nodes), environment, { targets: ["good"] });
  assert.ok(problems.length > 0 && problems.every(({ severity }) => severity === "warning"));
  assert.deepEqual((await record(plan(nodes, ["good"]))).values, { "good.value": [1] });
});

test("[V14] [N1] a chosen node behind a choice runs no more than the choice needs", async () => {
  const nodes = {
    one: node("math.constant", { value: 1 }),
    yes: node("math.add", { b: 1 }, { a: "one.value" }),
    no: node("math.add", { b: 2 }, { a: "one.value" }),
    truth: node("test.truth", {}, { a: "one.value" }),
    pick: node("test.pick", {}, { yes: "yes.value", no: "no.value", which: "truth.value" }),
    far: node("math.add", { b: 3 }, { a: "pick.value" }),
    show: show("far.value"),
  };
  const { values, calls } = await recordCalls(plan(nodes, ["pick"]));
  assert.deepEqual([values, calls.toSorted()], [{ "pick.value": [2] }, ["1+1", "truth 1"]]);
});

test("[X1] a failure in one branch while another runs; the next run computes what failed, and that alone", async () => {
  const slow = gate();
  const nodes = {
    three: node("list.range", { count: 3 }),
    each: node("math.add", { b: 1 }, { a: "three.values" }),
    quick: node("math.add", { b: 5 }, { a: "each.value" }),
    show: show("quick.value"),
  };
  let broken = true;
  const calls: string[] = [];
  const call = (label: string) => {
    calls.push(label);
    if (label === "1+5" && broken) throw new Error("broken for now");
    if (label !== "2+5" || !broken) return undefined;
    queueMicrotask(slow.open);
    return slow.opened;
  };
  const cache = memoryCache();
  const first = await record(plan(nodes), { cache, services: { call } });
  assert.deepEqual([first.status, first.failures.length, first.outputs.length], ["failed", 1, 2]);
  broken = false;
  calls.length = 0;
  const second = await record(plan(nodes), { cache, services: { call } });
  assert.deepEqual([second.status, calls, second.values], ["finished", ["1+5"], { "show.value": [6, 7, 8] }]);
});

test("[R17] two runs at once: each hears its own events, and a cancel or failure of one leaves the other whole", async () => {
  const nodes = (b: number, at: number) => ({
    one: node("math.constant", { value: 1 }),
    add: node("math.add", { b }, { a: "one.value" }),
    fail: node("test.fail", { at }, { value: "add.value" }),
    show: show("fail.value"),
  });
  const cache = memoryCache();
  const both = gate();
  const controller = new AbortController();
  let started = 0;
  const call = async (_: string, signal: AbortSignal) => {
    if (++started === 3) both.open();
    await both.opened;
    if (!signal.aborted && signal === controller.signal) controller.abort();
    signal.throwIfAborted();
  };
  const services = { call };
  const [stopped, failed, whole] = await Promise.all([
    record(plan(nodes(1, 0)), { runId: "stopped", cache, services, signal: controller.signal }),
    record(plan(nodes(2, 3)), { runId: "failed", cache, services, signal: new AbortController().signal }),
    record(plan(nodes(3, 0)), { runId: "whole", cache, services, signal: new AbortController().signal }),
  ]);
  assert.deepEqual([stopped.status, failed.status, whole.status], ["cancelled", "failed", "finished"]);
  assert.deepEqual([stopped.failures.length, failed.failures.length, whole.values], [0, 1, { "show.value": [4] }]);
  for (const [id, { events }] of Object.entries({ stopped, failed, whole })) {
    assert.ok(events.every(({ run }) => run === id));
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, i) => i + 1),
    );
  }
});

test("[L5] lists of lists: the inner follows the outer, ragged ones too, and the whole is gathered in order", async () => {
  const { values } = await record(
    plan({
      three: node("list.range", { count: 3 }),
      counts: node("math.add", { b: 1 }, { a: "three.values" }),
      whole: node("test.whole", {}, { value: "counts.value" }),
      ragged: node("list.range", {}, { first: "counts.value", count: "whole.value" }),
      show: show("ragged.values"),
      inner: node("list.range", { count: 2 }, { first: "ragged.values" }),
      sum: node("list.sum", {}, { values: "inner.values" }),
      again: node("list.range", { count: 2 }, { first: "sum.value" }),
      last: node("list.sum", {}, { values: "again.values" }),
      total: show("last.value"),
    }),
  );
  const ragged = [1, 2, 3, 3, 4, 5];
  const sum = ragged.flatMap((first) => [first, first + 1]).reduce((a, b) => a + b);
  assert.deepEqual(values, { "show.value": ragged, "total.value": [2 * sum + 1] });
});

test("[X6] [D8] a run that was cut off goes on from the document that was saved", async () => {
  const document = workflow({
    three: node("list.range", { count: 3 }),
    each: node("math.add", { b: 1 }, { a: "three.values" }),
    show: show("each.value"),
  });
  const controller = new AbortController();
  const cache = memoryCache();
  const first = await record(planOf(document, environment), {
    cache,
    signal: controller.signal,
    concurrency: 1,
    emit: (event) => {
      if (event.event === "node.finished" && event.node === "each") controller.abort();
    },
  });
  assert.deepEqual([first.status, first.outputs.length], ["cancelled", 1]);
  const saved = JSON.parse(JSON.stringify(document));
  const { status, values, calls } = await recordCalls(planOf(saved, environment), { cache });
  assert.deepEqual([status, values, calls], ["finished", { "show.value": [1, 2, 3] }, ["1+1", "2+1"]]);
});

test("[X1] [Z1] runs that fail, are cancelled or computed without the cache leave nothing that changes a later run", async () => {
  const nodes = {
    three: node("list.range", { count: 3 }),
    fail: node("test.fail", { at: 1 }, { value: "three.values" }),
    sum: node("list.sum", {}, { values: "three.values" }),
    a: show("fail.value"),
    b: show("sum.value"),
  };
  const fresh = await record(plan(nodes));
  const cache = memoryCache();
  for (const options of [{ signal: AbortSignal.abort() }, { readCache: false }, {}, { concurrency: 1 }]) {
    const { status, outputs, failures } = await record(plan(nodes), { cache, ...options });
    if (status !== "cancelled")
      assert.deepEqual([status, outputs, failures], ["failed", fresh.outputs, fresh.failures]);
  }
});
