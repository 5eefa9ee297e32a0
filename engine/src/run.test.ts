import assert from "node:assert/strict";
import { test } from "node:test";
import { testNodes } from "./test-nodes.ts";
import { node, planOf, record, testEnvironment, workflow } from "./testing.ts";

const environment = testEnvironment(testNodes);

test("[R1] a run gives the values of its sinks", async () => {
  const plan = planOf(
    workflow({
      one: node("math.constant", { value: 1 }),
      three: node("math.add", { b: 2 }, { a: "one.value" }),
      show: node("output.show", {}, { value: "three.value" }),
    }),
    environment,
  );
  const first = await record(plan);
  assert.equal(first.status, "finished");
  assert.deepEqual(first.values, { "show.value": [3] });
  const again = await record(plan, { cache: first.cache });
  assert.deepEqual([again.executed, again.cached], [0, 1]);
  assert.deepEqual(again.values, first.values);
});
