import assert from "node:assert/strict";
import { test } from "node:test";
import { gate, node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { type TestServices, testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";
import { memoryCache } from "../values/memory-cache.ts";
import type { GivenOutput } from "./event.ts";
import type { RunOptions } from "./run-options.ts";

const environment = testEnvironment(testNodes);
const plan = (nodes: object, targets?: readonly string[]) => planOf(workflow(nodes), environment, targets);

const tree = {
  idle: node("math.constant", { value: 9 }),
  count: node("list.range", { count: 3 }),
  twice: node("math.add", { b: 1 }, { a: "count.values" }),
  again: node("math.add", { b: 2 }, { a: "twice.value", b: "twice.value" }),
  show: node("output.show", {}, { value: "again.value" }),
  all: node("list.sum", {}, { values: "twice.value" }),
  total: node("output.show", {}, { value: "all.value" }),
  other: node("output.show", {}, { value: "idle.value" }),
};

/** Runs the plan and notes each output that is given. */
async function given(of: ReturnType<typeof plan>, options: Partial<RunOptions<TestServices>> = {}) {
  const outputs: GivenOutput[] = [];
  const recorded = await record(of, { ...options, output: (output) => outputs.push(output) });
  return { ...recorded, given: outputs };
}

const madeFrom = ({ made }: GivenOutput) => made.map(({ node, item }) => `${node} ${item}`).join();
const nameOf = ({ node, port, item }: Pick<GivenOutput, "node" | "port" | "item">) => `${node} ${port} ${item}`;

test("[W8] an output is made from the entries of its own items, in the order of the plan, each once", async () => {
  const cache = memoryCache();
  // When all is kept, nothing before the outputs is looked at, and yet all is known.
  for (const _ of ["fresh", "kept"]) {
    const run = await given(plan(tree), { cache });
    assert.deepEqual(run.given.map((output) => [output.node, output.item, madeFrom(output)]).sort(), [
      ["other", 0, "idle 0"],
      ["show", 0, "count 0,twice 0,again 0"],
      ["show", 1, "count 0,twice 1,again 1"],
      ["show", 2, "count 0,twice 2,again 2"],
      ["total", 0, "count 0,twice 0,twice 1,twice 2,all 0"],
    ]);
    for (const { made, value } of run.given) {
      for (const { key } of made) assert.equal(await cache.has(key), true);
      assert.equal(made.at(-1)!.key, value.key);
    }
  }
});

test("[W8] an entry that several items share has the name of the first that belongs to the output", async () => {
  const twins = {
    many: node("list.range", { count: 1 }),
    early: node("math.add", { b: 1 }, { a: "many.values" }),
    zero: node("math.constant", { value: 0 }),
    late: node("math.add", { b: 1 }, { a: "zero.value" }),
    same: node("math.add", { b: 1 }, { a: "zero.value" }),
    both: node("math.add", {}, { a: "same.value", b: "late.value" }),
    one: node("output.show", {}, { value: "same.value" }),
    two: node("output.show", {}, { value: "both.value" }),
    three: node("output.show", {}, { value: "late.value" }),
    four: node("output.show", {}, { value: "early.value" }),
  };
  const run = await given(plan(twins));
  assert.deepEqual(Object.fromEntries(run.given.map((output) => [output.node, madeFrom(output)])), {
    one: "zero 0,same 0",
    two: "zero 0,late 0,both 0",
    three: "zero 0,late 0",
    four: "many 0,early 0",
  });
});

test("[R19] an output is given while others still run, once it and all before it are kept", async () => {
  const nodes = {
    one: node("math.constant", { value: 1 }),
    two: node("math.add", { b: 1 }, { a: "one.value" }),
    slow: node("math.add", { b: 5 }, { a: "one.value" }),
    quick: node("output.show", {}, { value: "two.value" }),
    last: node("output.show", {}, { value: "slow.value" }),
  };
  const [slow, first] = [gate(), gate()];
  const memory = memoryCache();
  const kept: string[] = [];
  let puts = 0;
  const put: Cache["put"] = async (key, bytes) => {
    // What was computed first is kept last.
    if (puts++ === 0) await first.opened;
    await memory.put(key, bytes);
    kept.push(key);
  };
  const quick = gate();
  const services = { call: (label: string) => (label === "1+5" ? slow.opened : undefined) };
  const log: string[] = [];
  const running = record(plan(nodes), {
    cache: { ...memory, put },
    services,
    emit: ({ event }) => void (event.startsWith("run.") && log.push(event)),
    output(output) {
      for (const { key } of output.made) assert.ok(kept.includes(key), `${output.node} is given before it is kept`);
      log.push(nameOf(output));
      quick.open();
    },
  });
  while (kept.length < 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ["run.started"], "the value is kept, and not yet what it was made from");
  first.open();
  await quick.opened;
  assert.deepEqual(log, ["run.started", "quick value 0"]);
  slow.open();
  await running;
  assert.deepEqual(log, ["run.started", "quick value 0", "last value 0", "run.finished"]);
});

test("[R19] each output is given once, with the number of its node's items: of sinks, chosen nodes and emitted lists", async () => {
  const chosen = { ...tree, way: node("util.reroute", {}, { value: "twice.value" }) };
  for (const [targets, items] of [
    [undefined, { show: 3, total: 1, other: 1 }],
    [["twice", "all"], { twice: 3, all: 1 }],
    [["count"], { count: 3 }],
    [["way", "twice"], { way: 3, twice: 3 }],
  ] as const) {
    for (const readCache of [true, false]) {
      const run = await given(plan(chosen, targets), { readCache });
      assert.deepEqual(run.given.map(nameOf).sort(), run.outputs.map(nameOf).sort());
      assert.deepEqual(Object.fromEntries(run.given.map((output) => [output.node, output.items])), items);
      for (const { items: _, made: __, ...output } of run.given)
        assert.deepEqual(
          output,
          run.outputs.find((other) => nameOf(other) === nameOf(output)),
        );
    }
  }
});

test("[R19] what is lost or not kept is not given, what had finished before a cancel is", async () => {
  const failing = {
    count: node("list.range", { count: 3 }),
    some: node("test.fail", { at: 1 }, { value: "count.values" }),
    show: node("output.show", {}, { value: "some.value" }),
  };
  const lost = await given(plan(failing));
  assert.deepEqual(lost.given.map(nameOf), ["show value 0", "show value 2"]);
  assert.deepEqual([...new Set(lost.given.map(({ items }) => items))], [3]);
  const cache = { ...memoryCache(), put: () => Promise.reject(new Error("no room")) };
  assert.deepEqual((await given(plan(failing), { cache })).given, []);
  const stop = new AbortController();
  const nodes = {
    one: node("math.constant", { value: 9 }),
    show: node("output.show", {}, { value: "one.value" }),
    two: node("math.add", { b: 9 }, { a: "one.value" }),
    last: node("output.show", {}, { value: "two.value" }),
  };
  const cancelled = await given(plan(nodes), {
    signal: stop.signal,
    services: {
      call: (label: string) => {
        if (label === "9+9") stop.abort();
      },
    },
  });
  assert.ok(cancelled.given.map(nameOf).includes("show value 0"));
});
