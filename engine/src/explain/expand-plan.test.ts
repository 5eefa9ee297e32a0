import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeDefiner } from "../catalogue/node.ts";
import { t } from "../kinds/socket.ts";
import { node, planOf, record, sha256, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { memoryCache } from "../values/memory-cache.ts";
import { expandPlan } from "./expand-plan.ts";

const show = (from: string) => node("output.show", {}, { value: from });

test("[F1] a run takes from a look ahead what fingerprints it can, and they are those of a run of its own", async () => {
  let hashed = 0;
  const hash = (text: string) => {
    hashed++;
    return sha256(text);
  };
  const nodes = {
    one: node("math.constant", { value: 1 }),
    two: node("math.add", { b: 1 }, { a: "one.value" }),
    twin: node("math.add", { b: 1 }, { a: "one.value" }),
    show: show("two.value"),
    also: show("twin.value"),
  };
  const environment = testEnvironment(testNodes, { hash });
  const plan = planOf(workflow(nodes), environment);
  await expandPlan(plan, memoryCache());
  assert.equal(hashed, 3);
  const after = await record(plan);
  assert.equal(hashed, 3);
  const alone = await record(planOf(workflow(nodes), environment));
  assert.equal(hashed, 6);
  assert.deepEqual(after.outputs, alone.outputs);
  assert.deepEqual(after.values, { "show.value": [2], "also.value": [2] });
});

test("[F1] where a value decides how many items there are, a run takes the fingerprints that a look ahead found with it", async () => {
  let hashed = 0;
  const hash = (text: string) => {
    hashed++;
    return sha256(text);
  };
  const nodes = {
    range: node("list.range", { count: 3 }),
    add: node("math.add", { b: 10 }, { a: "range.values" }),
    show: show("add.value"),
  };
  const plan = planOf(workflow(nodes), testEnvironment(testNodes, { hash }));
  const cache = memoryCache();
  const first = await record(plan, { cache });
  assert.equal(hashed, 4);
  await expandPlan(plan, cache);
  assert.equal(hashed, 8, "the run kept none");
  const second = await record(plan, { cache });
  assert.equal(hashed, 8);
  assert.deepEqual(second.values, first.values);
  assert.deepEqual(second.values, { "show.value": [10, 11, 12] });
});

test("[F1] what a look ahead found with other inputs is not taken", async () => {
  let moved = 0;
  /** Gives another of its values each time. */
  const fickle = nodeDefiner<unknown>()({
    type: "test.fickle",
    version: 1,
    title: "Fickle",
    summary: "Moves.",
    inputs: { left: t.variable("T", "In."), right: t.variable("T", "In.") },
    outputs: { value: t.variable("T", "Out.") },
    moves: true,
    run: ({ left, right }) => ({ value: moved++ % 2 === 0 ? left : right }),
  });
  const nodes = {
    one: node("math.constant", { value: 1 }),
    two: node("math.constant", { value: 2 }),
    fickle: node("test.fickle", {}, { left: "one.value", right: "two.value" }),
    add: node("math.add", { b: 10 }, { a: "fickle.value" }),
    show: show("add.value"),
  };
  const plan = planOf(workflow(nodes), testEnvironment([...testNodes, fickle]));
  const cache = memoryCache();
  await expandPlan(plan, cache);
  assert.deepEqual((await record(plan, { cache })).values, { "show.value": [12] });
  assert.deepEqual((await record(plan, { cache })).values, { "show.value": [11] });
});
