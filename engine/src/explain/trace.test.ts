import assert from "node:assert/strict";
import { test } from "node:test";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { expandPlan } from "./expand-plan.ts";
import { traceOutputs } from "./trace.ts";

const plan = planOf(
  workflow({
    idle: node("math.constant", { value: 9 }),
    count: node("list.range", { count: 3 }),
    twice: node("math.add", { b: 1 }, { a: "count.values" }),
    again: node("math.add", { b: 2 }, { a: "twice.value", b: "twice.value" }),
    show: node("output.show", {}, { value: "again.value" }),
    all: node("list.sum", {}, { values: "twice.value" }),
    total: node("output.show", {}, { value: "all.value" }),
    other: node("output.show", {}, { value: "idle.value" }),
  }),
  testEnvironment(testNodes),
);

test("[W8] an output is traced to the entries of its own items, sources first, each once", async () => {
  const { cache, outputs } = await record(plan);
  const traced = traceOutputs(await expandPlan(plan, cache), outputs);
  const told = outputs.map(({ node, item }, i) => [node, item, traced[i]!.map((of) => `${of.node} ${of.item}`).join()]);
  assert.deepEqual(told.sort(), [
    ["other", 0, "idle 0"],
    ["show", 0, "count 0,twice 0,again 0"],
    ["show", 1, "count 0,twice 1,again 1"],
    ["show", 2, "count 0,twice 2,again 2"],
    ["total", 0, "count 0,twice 0,twice 1,twice 2,all 0"],
  ]);
  for (const { key } of traced.flat()) assert.equal(await cache.has(key), true);
});

test("[W8] behind a list whose length is not known any more nothing is traced", async () => {
  const { outputs } = await record(plan);
  const traced = traceOutputs(await expandPlan(plan, memoryCache()), outputs);
  assert.deepEqual(
    outputs.map(({ node }, i) => [node, traced[i]!.length > 0]).filter(([, found]) => found),
    [["other", true]],
  );
});
