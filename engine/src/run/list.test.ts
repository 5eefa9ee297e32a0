import assert from "node:assert/strict";
import { test } from "node:test";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";

const environment = testEnvironment(testNodes);
const runNodes = (nodes: object, options = {}) => record(planOf(workflow(nodes), environment), options);
const three = node("list.range", { count: 3 });
const show = (value: string) => node("output.show", {}, { value });

test("[L1] lists are zipped, item by item", async () => {
  const { values, executed } = await runNodes({
    three,
    more: node("math.add", { b: 10 }, { a: "three.values" }),
    both: node("math.add", {}, { a: "three.values", b: "more.value" }),
    show: show("both.value"),
  });
  assert.deepEqual(values, { "show.value": [10, 12, 14] });
  assert.equal(executed, 3);
});

test("[L2] lists of different lengths fail the node, naming both inputs and lengths", async () => {
  const { status, failures, events, values } = await runNodes({
    three,
    two: node("list.range", { count: 2 }),
    both: node("math.add", {}, { a: "three.values", b: "two.values" }),
    after: node("math.add", {}, { a: "both.value" }),
    show: show("after.value"),
    other: show("two.values"),
  });
  assert.equal(status, "failed");
  assert.equal(failures.length, 1);
  assert.match(failures[0]!.message, /"a" has 3 items, "b" has 2/);
  const skipped = events.filter((event) => event.event === "node.skipped");
  assert.deepEqual(
    skipped.map(({ node, because }) => [node, because]),
    [
      ["after", "both"],
      ["show", "both"],
    ],
  );
  assert.deepEqual(values, { "other.value": [0, 1] });
});

test("[L3] a list of one goes with every item", async () => {
  const { values } = await runNodes({
    three,
    one: node("list.range", { count: 1 }, {}),
    ten: node("math.constant", { value: 10 }),
    a: node("math.add", {}, { a: "three.values", b: "one.values" }),
    b: node("math.add", {}, { a: "ten.value", b: "a.value" }),
    show: show("b.value"),
  });
  assert.deepEqual(values, { "show.value": [10, 11, 12] });
});

test("[L4] an input that takes the whole list makes one item", async () => {
  const { values, events } = await runNodes({
    three,
    sum: node("list.sum", {}, { values: "three.values" }),
    show: show("sum.value"),
  });
  assert.deepEqual(values, { "show.value": [3] });
  assert.equal(events.filter((event) => event.event === "node.started" && event.node === "sum").length, 1);
});

test("[L5] emitted lists concatenate in item order, and never nest", async () => {
  const { values } = await runNodes({
    three,
    tens: node("math.add", { b: 10 }, { a: "three.values" }),
    two: node("list.range", { count: 2 }, { first: "tens.value" }),
    show: show("two.values"),
    counts: show("two.count"),
  });
  assert.deepEqual(values, { "show.value": [10, 11, 11, 12, 12, 13], "counts.value": [2, 2, 2] });
});

test("[L5] an empty list is a failure", async () => {
  const { status, failures } = await runNodes({ none: node("list.range", { count: 0 }), show: show("none.values") });
  assert.equal(status, "failed");
  assert.match(failures[0]!.message, /"values" is empty/);
  assert.match(failures[0]!.remedy ?? "", /at least one item/);
});

test("[L6] an item of a list has the fingerprint and the value of a run of its own", async () => {
  const nodes = (count: number) => ({
    seeds: node("list.range", { count }),
    add: node("math.add", { b: 1 }, { a: "pick.value" }),
    pick: node("math.add", {}, { a: "ten.value", b: "seeds.values" }),
    ten: node("math.constant", { value: 10 }),
    show: show("add.value"),
  });
  const many = await runNodes(nodes(3));
  const each = (i: number) => ({
    ten: node("math.constant", { value: 10 }),
    pick: node("math.add", { b: i }, { a: "ten.value" }),
    show: show("pick.value"),
  });
  for (const i of [0, 1, 2]) {
    const alone = await runNodes(each(i));
    assert.equal(many.values["show.value"]![i], (alone.values["show.value"]![0] as number) + 1);
  }
  // A list of one and an item of a list differ only in where the number comes from: the same source gives the same keys.
  const again = await runNodes(nodes(3), { cache: many.cache });
  assert.deepEqual(again.outputs, many.outputs);
  assert.equal(new Set(many.outputs.map(({ value }) => value.key)).size, 3);
});

test("[L7] a sink gives one output for each item", async () => {
  const { outputs } = await runNodes({ three, show: show("three.values") });
  assert.deepEqual(
    outputs.map(({ node, port, item, value }) => [node, port, item, value.port, value.index]),
    [0, 1, 2].map((i) => ["show", "value", i, "values", i]),
  );
});

test("[L5] the lengths of cached lists come from the cache", async () => {
  const nodes = (b: number) => ({
    three,
    add: node("math.add", { b }, { a: "three.values" }),
    show: show("add.value"),
  });
  const first = await runNodes(nodes(1));
  const again = await runNodes(nodes(1), { cache: first.cache });
  assert.deepEqual([again.executed, again.cached, again.values], [0, 2, first.values]);
  const changed = await runNodes(nodes(2), { cache: first.cache });
  assert.deepEqual([changed.executed, changed.cached], [1, 1]);
});
