import assert from "node:assert/strict";
import { test } from "node:test";
import { expandPlan } from "../explain/expand-plan.ts";
import { explainPlan } from "../explain/explain.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const environment = testEnvironment(testNodes);
const show = (value: string) => node("output.show", {}, { value });

test("[L8] lists that multiply behind each other fail by name before they fill the memory, and the rest goes on", async () => {
  const nodes: { [id: string]: object } = { r0: node("list.range", { count: 500 }), ok: show("r0.values") };
  for (let i = 1; i <= 10; i++) nodes[`r${i}`] = node("list.range", { count: 500 }, { first: `r${i - 1}.values` });
  nodes.end = show("r10.values");
  let calls = 0;
  const enough = new AbortController();
  // A run that goes on behind the limit is cancelled instead of filling the memory, and is noticed below.
  const call = () => {
    if (++calls > 1 + 500) enough.abort();
  };
  const recorded = await record(planOf(workflow(nodes), environment), { services: { call }, signal: enough.signal });
  assert.deepEqual(recorded.failures, [
    {
      node: "r2",
      item: 0,
      message: '"r1.values" would be a list of 250000 items; a list has at most 100000.',
      remedy: "Give shorter lists.",
    },
  ]);
  assert.equal(recorded.status, "failed");
  assert.equal(recorded.values["ok.value"]!.length, 500);
  assert.equal(calls, 1 + 500);
  const explained = await explainPlan(
    await expandPlan(planOf(workflow(nodes), environment), recorded.cache),
    recorded.cache,
    new Map(),
  );
  const r2 = explained.find((explanation) => explanation.node === "r2")!;
  assert.deepEqual([r2.state, r2.reasons], ["would fail", [recorded.failures[0]!.message]]);
});

test("[L8] one list that is too long fails its item, and one that sinks or targets would make fails there", async () => {
  const long = { long: node("list.range", { count: 100_001 }), end: show("long.values") };
  const [failure] = (await record(planOf(workflow(long), environment))).failures;
  assert.match(failure!.message, /The list "values" has 100001 items; a list has at most 100000/);
  const ranges = {
    few: node("list.range", { count: 400 }),
    many: node("list.range", { count: 251 }, { first: "few.values" }),
    end: show("many.values"),
  };
  const shown = await record(planOf(workflow(ranges), environment));
  assert.deepEqual(
    shown.failures.map(({ node, message }) => [node, message]),
    [["end", '"many.values" would be a list of 100400 items; a list has at most 100000.']],
  );
  const chosen = await record(planOf(workflow(ranges), environment, ["many"]));
  assert.deepEqual(
    chosen.failures.map(({ node, message }) => [node, message]),
    [["many", '"many.values" would be a list of 100400 items; a list has at most 100000.']],
  );
  assert.equal(chosen.status, "failed");
});

test("[L9] many long lists fail the node that would go beyond the limit of the run, and the others go on", async () => {
  const nodes: { [id: string]: object } = { few: node("list.range", { count: 2 }), ok: show("few.values") };
  nodes.many = node("list.range", { count: 50_000 }, { first: "few.values" });
  for (let i = 0; i < 30; i++) {
    nodes[`sum${i}`] = node("list.sum", {}, { values: "many.values" });
    nodes[`show${i}`] = show(`sum${i}.value`);
  }
  nodes.small = node("math.add", {}, { a: "few.values" });
  nodes.last = show("small.value");
  const { failures, values, status } = await record(planOf(workflow(nodes), environment));
  assert.deepEqual(values["last.value"], [0, 1]);
  assert.equal(status, "failed");
  assert.equal(failures.length, 30 - 9, "nine times 100,000 fit");
  for (const { message } of failures) assert.match(message, /the run would have \d+ items; it has at most 1000000/);
  assert.equal(Object.keys(values).length, 2 + 9);
});
