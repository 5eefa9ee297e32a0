import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyPlan, memoryCache, run, valueReader } from "@clipwork/engine";
import { node, planOf, testEnvironment, testNodes, workflow } from "@clipwork/engine/testing";
import { ItemSettings } from "./item-settings.ts";

/** A chain of that many nodes, each of which gives the next one the value of a parameter. */
function fedChain(length: number) {
  const nodes: { [id: string]: object } = { one: node("math.constant", { value: 1 }) };
  for (let i = 0; i < length; i++)
    nodes[`n${i}`] = node("math.add", {}, { a: "one.value", b: i === 0 ? "one.value" : `n${i - 1}.value` });
  return planOf(workflow(nodes), testEnvironment(testNodes), [`n${length - 1}`]);
}

async function kept(plan: ReturnType<typeof fedChain>) {
  const cache = memoryCache();
  await run(plan, { runId: "r", cache, services: {}, clock: () => 0, emit: () => {} });
  return cache;
}

/** The plan, and how often the links of its nodes are read from the call of `start` on. */
function countingLinks(plan: AnyPlan): {
  readonly plan: AnyPlan;
  readonly start: () => void;
  readonly read: () => number;
} {
  let count = 0;
  const nodes = plan.nodes.map(
    (planned) =>
      new Proxy(planned, {
        get(target, name) {
          if (name === "links") count++;
          return Reflect.get(target, name);
        },
      }),
  );
  return { plan: { ...plan, nodes }, start: () => (count = 0), read: () => count };
}

test("[W11] the settings of all nodes of a chain are found with a fixed number of looks a node, however long it is", async () => {
  const looks = async (length: number) => {
    const whole = fedChain(length);
    const cache = await kept(whole);
    const { plan, start, read } = countingLinks(whole);
    const settings = new ItemSettings(plan, cache, async () => 1);
    await settings.of("n0", 0);
    start();
    for (let i = 0; i < length; i++) await settings.of(`n${i}`, 0);
    return read() / length;
  };
  assert.ok((await looks(60)) >= 1, "the looks are counted");
  assert.equal(Math.round(await looks(60)), Math.round(await looks(600)));
});

test("[W11] a plan that is run again is not walked again for its settings", async () => {
  const whole = fedChain(60);
  const cache = await kept(whole);
  const { plan, start, read } = countingLinks(whole);
  const first = await new ItemSettings(plan, cache, async () => 1).of("n59", 0);
  start();
  assert.deepEqual(await new ItemSettings(plan, cache, async () => 1).of("n59", 0), first);
  assert.equal(read(), 0);
});

test("[W11] of many settings those nearest to the item are named, those of nodes upstream first", async () => {
  const plan = fedChain(40);
  const cache = await kept(plan);
  const settings = await new ItemSettings(plan, cache, valueReader(cache)).of("n39", 0);
  // Each node adds one to what the one before it brings, and the first one has 1 + 1.
  const expected = Array.from({ length: 16 }, (_, i) => ({ node: `n${i + 24}`, param: "b", value: i + 25 }));
  assert.deepEqual(settings, expected);
});

test("[W11] a node that works item by item has settings among others, one that never has more than one item has none", () => {
  const nodes = {
    list: node("list.range", { count: 2 }),
    one: node("math.constant", { value: 1 }),
    add: node("math.add", {}, { a: "one.value", b: "list.values" }),
    next: node("math.add", {}, { a: "add.value", b: "one.value" }),
    sum: node("list.sum", {}, { values: "next.value" }),
    alone: node("math.add", {}, { a: "sum.value", b: "one.value" }),
  };
  const plan = planOf(workflow(nodes), testEnvironment(testNodes), ["next", "alone"]);
  const settings = new ItemSettings(plan, memoryCache(), async () => 1);
  const concerned = (amongOthers: boolean) => Object.keys(nodes).filter((id) => settings.concern(id, amongOthers));
  assert.deepEqual(concerned(true), ["add", "next"]);
  assert.deepEqual(concerned(false), ["add", "next", "alone"]);
});
