import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { nodeDefiner } from "../catalogue/node.ts";
import { NodeError } from "../catalogue/node-error.ts";
import { p } from "../catalogue/param.ts";
import { t, when } from "../kinds/socket.ts";
import { node, planOf, record, recordCalls, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import type { Cache } from "../values/cache.ts";

const environment = testEnvironment(testNodes);
const show = (value: string) => node("output.show", {}, { value });

function runNodes(nodes: object, { targets, ...options }: { cache?: Cache; targets?: readonly string[] } = {}) {
  return recordCalls(planOf(workflow(nodes), environment, targets), options);
}

test("[P1] a node that only moves values neither runs nor counts, and changes no fingerprint", async () => {
  const chain = (from: string) => ({
    one: node("math.constant", { value: 1 }),
    pass: node("test.pick", {}, { yes: "one.value" }),
    add: node("math.add", { b: 1 }, { a: from }),
    show: show("add.value"),
  });
  const straight = await runNodes(chain("one.value"));
  const moved = await runNodes(chain("pass.value"));
  assert.deepEqual([moved.outputs, moved.executed, moved.calls], [straight.outputs, 2, ["1+1"]]);
  assert.ok(!moved.events.some((event) => "node" in event && event.node === "pass"));
  const again = await runNodes(chain("pass.value"), { cache: straight.cache });
  assert.deepEqual([again.executed, again.cached], [0, 1]);
});

test("[P1] all pairs of two lists, each a list of its own", async () => {
  const product = {
    two: node("list.range", { count: 2 }),
    three: node("list.range", { count: 3 }),
    tens: node("math.add", { b: 10 }, { a: "three.values" }),
    pairs: node("test.pairs", {}, { a: "two.values", b: "tens.value" }),
    add: node("math.add", {}, { a: "pairs.a", b: "pairs.b" }),
    show: show("add.value"),
  };
  const { values, cache } = await runNodes(product);
  assert.deepEqual(values, { "show.value": [10, 11, 12, 11, 12, 13] });
  const thrice = {
    ...product,
    more: node("test.pairs", {}, { a: "add.value", b: "two.values" }),
    last: node("math.add", {}, { a: "more.a", b: "more.b" }),
    show: show("last.value"),
  };
  const nested = await runNodes(thrice, { cache });
  assert.deepEqual(nested.values["show.value"]!.slice(0, 4), [10, 11, 11, 12]);
  assert.equal(nested.values["show.value"]!.length, 12);
});

test("[P2] a failed item of a product skips only what is made from it, and the others do not wait for it", async () => {
  const { values, calls } = await runNodes({
    two: node("list.range", { count: 2 }),
    three: node("list.range", { count: 3 }),
    fail: node("test.fail", { at: 1 }, { value: "three.values" }),
    pairs: node("test.pairs", {}, { a: "two.values", b: "fail.value" }),
    add: node("math.add", {}, { a: "pairs.a", b: "pairs.b" }),
    show: show("add.value"),
  });
  // biome-ignore lint/suspicious/noSparseArray: the failed items are missing.
  assert.deepEqual(values, { "show.value": [0, , 2, 1, , 3] });
  assert.equal(calls.filter((call) => call.includes("+")).length, 4);
});

test("[P4] a chosen node that only moves values gives them, and what is lost is reported", async () => {
  const nodes = {
    two: node("list.range", { count: 2 }),
    fail: node("test.fail", { at: 1 }, { value: "two.values" }),
    pairs: node("test.pairs", {}, { a: "two.values", b: "fail.value" }),
  };
  const { values, events, status } = await runNodes(nodes, { targets: ["pairs"] });
  // biome-ignore lint/suspicious/noSparseArray: the failed items are missing.
  assert.deepEqual(values, { "pairs.a": [0, 0, 1, 1], "pairs.b": [0, , 0] });
  assert.equal(status, "failed");
  const skipped = events.flatMap((event) => (event.event === "node.skipped" ? [`${event.node} ${event.item}`] : []));
  assert.deepEqual(skipped, ["pairs 1", "pairs 3"]);
});

test("[P3] a node that moves fails by name when it throws or gives what it was not given", async () => {
  const faults: [() => object, RegExp][] = [
    [() => ({ value: 7 }), /test\.mover is faulty: "value" holds what it was not given/],
    [() => ({}), /faulty: "value"/],
    [() => Promise.resolve({ value: 7 }), /faulty: "value"/],
    [() => undefined as never, /faulty: "value"/],
    [
      () => {
        throw new NodeError("No.", "Yes.");
      },
      /^No\.$/,
    ],
  ];
  for (const [run, pattern] of faults) {
    const mover = nodeDefiner<unknown>()({ ...moverBase, run: run as never });
    const nodes = {
      one: node("math.constant", { value: 1 }),
      move: node("test.mover", {}, { value: "one.value" }),
      after: node("math.add", {}, { a: "move.value" }),
      show: show("after.value"),
      other: show("one.value"),
    };
    const { failures, values } = await record(planOf(workflow(nodes), testEnvironment([...testNodes, mover])));
    assert.deepEqual(
      failures.map(({ node, item }) => [node, item]),
      [["move", 0]],
    );
    assert.match(failures[0]!.message, pattern);
    assert.deepEqual(values, { "other.value": [1] });
  }
});

const moverBase = {
  type: "test.mover",
  version: 1,
  title: "Mover",
  summary: "Moves.",
  inputs: { value: t.variable("T", "In.") },
  outputs: { value: t.variable("T", "Out.") },
  moves: true,
  run: ({ value }: { value: never }) => ({ value }),
};

test("[C2] conditions and movers that contradict themselves throw", () => {
  const params = { how: p.choice("How.", ["a", "b"], "a"), file: p.file("File.") };
  const cases: [object, RegExp][] = [
    [
      { inputs: { value: when("no", "a", t.number(".")) }, moves: false, outputs: {} },
      /names no parameter that can decide/,
    ],
    [{ params, inputs: { value: when("file", "a", t.number(".")) }, moves: false, outputs: {} }, /can decide/],
    [
      { params, inputs: { value: when("how", "c", t.number(".")) }, moves: false, outputs: {} },
      /can never hold: "how" is "c"/,
    ],
    [
      { params, inputs: { value: when("how", "a", t.number(".")) }, moves: false, outputs: {}, run: undefined },
      /a sink/,
    ],
    [{ outputs: { value: t.number(".") } }, /"value" has to be a variable/],
    [{ params }, /have to be linkable/],
    [{ stages: ["prior"] }, /no stages/],
    [{ arrays: ["basis"] }, /no arrays/],
    [{ outputs: { value: when("how", "a", t.variable("T", ".")) } }, /cannot be optional/],
  ];
  assert.ok(createCatalogue([nodeDefiner<unknown>()(moverBase as never)]));
  for (const [more, pattern] of cases)
    assert.throws(() => createCatalogue([nodeDefiner<unknown>()({ ...moverBase, ...more } as never)]), pattern);
});
