import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { applySettings } from "../plan/settings.ts";
import { packNodes } from "../subgraph/pack.ts";
import { unpackInstance } from "../subgraph/unpack.ts";
import { node, planOf, record, recordCalls, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { expandPlan } from "./expand-plan.ts";
import { describePlan, explainPlan, nodesAhead, planKeys } from "./explain.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const add = (a: string, b = 1, more: object = {}) => node("math.add", { b }, { a, ...more });
const show = (value: string) => node("output.show", {}, { value });
const twice = (nodes: object = {}, more: object = {}) => ({
  nodes: { first: add("in.x"), second: add("first.value", 2), ...nodes },
  inputs: { x: {} },
  outputs: { y: { from: "second.value" } },
  exposed: { by: "first.b" },
  ...more,
});
const sub = (x: string, params: object = {}) => node("subgraph.twice", params, { x });
/** Two instances, one after the other. */
const row = (definition: object = twice(), nodes: object = {}) =>
  workflow(
    { one, a: sub("one.value"), b: sub("a.y"), show: show("b.y"), ...nodes },
    { definitions: { twice: definition } },
  ) as unknown as WorkflowJson;

/** What a run of `after` would do on the cache of a run of `before`, and what it does. */
async function change(before: unknown, after: unknown) {
  const { cache } = await record(planOf(before, environment));
  const remembered = describePlan(await expandPlan(planOf(before, environment), cache));
  const plan = planOf(after, environment);
  const expanded = await expandPlan(plan, cache);
  const explained = await explainPlan(expanded, cache, remembered);
  const ahead = [...(await nodesAhead(expanded, cache)).keys()];
  const { events, values, calls } = await recordCalls(plan, { cache });
  const started = events.flatMap((event) => (event.event === "node.started" ? [event.node] : []));
  const told = Object.fromEntries(
    explained.flatMap(({ node, state, reasons }) =>
      state === "cached" ? [] : [[node, [state, ...reasons].join("; ")]],
    ),
  );
  return { told, ahead, started, values, calls };
}

test("[W4] a changed definition is a reason at the node inside, for each instance, and what comes after it names that node", async () => {
  const { told, ahead, started, values } = await change(row(), row(twice({ second: add("first.value", 5) })));
  assert.deepEqual(told, {
    "a/second": 'would run; parameter "b": 2 → 5',
    "b/first": 'would run; input "a": "a/second.value" gives something else',
    "b/second": 'would run; parameter "b": 2 → 5; input "a": "b/first.value" gives something else',
  });
  assert.deepEqual([ahead, started], [Object.keys(told), Object.keys(told)]);
  assert.deepEqual(values, { "show.value": [13] });
});

test("[W4] what one instance sets is a reason there, and what lies before it is cached", async () => {
  const set = row(twice(), { b: sub("a.y", { by: 7 }) });
  const { told } = await change(row(), set);
  assert.deepEqual(told, {
    "b/first": 'would run; parameter "b": 1 → 7',
    "b/second": 'would run; input "a": "b/first.value" gives something else',
  });
  const document = readDocument(row()).document!;
  const { document: changed } = applySettings(document, { "b/second.b": 7 }, environment.catalogue);
  assert.deepEqual((await change(row(), changed.json)).told, { "b/second": 'would run; parameter "b": 2 → 7' });
});

test("[W4] [W5] a node that a definition gets is new in each instance, and the link that leads through it is a reason", async () => {
  const between = twice({ between: add("first.value", 0), second: add("between.value", 2) });
  const { told } = await change(row(), row(between));
  assert.equal(told["a/between"], "would run; never run here");
  assert.equal(told["a/second"], 'would run; input "a": "a/first.value" → "a/between.value"');
  assert.equal(told["a/first"], undefined);
});

test("[W4] an input that an instance is fed instead of a parameter is newly used", async () => {
  const fed = row(twice(), { b: node("subgraph.twice", {}, { x: "a.y", by: "one.value" }) });
  const { told } = await change(row(), fed);
  assert.match(told["b/first"]!, /input "b" is newly used, from "one\.value"/);
  assert.equal(told["a/first"], undefined);
});

test("[F2] [R4] what is packed, unpacked, renamed or set to the value that it has, is cached as before", async () => {
  const flat = workflow({
    one,
    p: add("one.value"),
    q: add("p.value", 2),
    show: show("q.value"),
  }) as unknown as WorkflowJson;
  const packed = packNodes(flat, new Set(["p", "q"]), { definition: "box", title: "Box", instance: "box" });
  const renamed = row({
    nodes: { x1: add("in.x"), x2: add("x1.value", 2) },
    outputs: { y: { from: "x2.value" } },
    inputs: { x: {} },
    exposed: { other: "x1.b" },
    title: "Another title",
  });
  for (const [what, before, after] of [
    ["packed", flat, packed],
    ["unpacked", packed, flat],
    ["unpacked beside another", row(), unpackInstance(row(), "a")!.workflow],
    ["renamed", row(), renamed],
    ["set to the same", row(), row(twice(), { a: sub("one.value", { by: 1 }) })],
  ] as const) {
    const { told, ahead, started } = await change(before, after);
    assert.deepEqual([told, ahead, started], [{}, [], []], what);
  }
});

test("[R7] [W3] instances that do the same run once, and all of them are named", async () => {
  const side = row(twice(), { b: sub("one.value"), also: show("a.y") });
  const nothing = workflow({ one, show: show("one.value") });
  const { told, calls } = await change(nothing, side);
  assert.deepEqual(Object.keys(told), ["a/first", "b/first", "a/second", "b/second"]);
  assert.deepEqual(calls, ["1+1", "2+2"]);
});

/** A switch whose branches are inside, and which side it takes is a parameter of the instance. */
const chooser = {
  nodes: {
    yes: add("in.x", 10),
    no: add("in.x", 20),
    pick: node("test.pick", {}, { yes: "yes.value", no: "no.value" }),
    half: node("test.halve", { how: "twice" }, { half: "no.value", twice: "pick.value" }),
  },
  inputs: { x: {} },
  outputs: { y: { from: "half.value" } },
  exposed: { which: "pick.which", how: "half.how" },
};
const choosing = (params: object, inputs: object = {}) =>
  workflow(
    {
      range: node("list.range", { count: 2 }),
      truth: node("test.truth", {}, { a: "range.values" }),
      it: node("subgraph.chooser", params, { x: "range.values", ...inputs }),
      show: show("it.y"),
    },
    { definitions: { chooser } },
  );

test("[N1] [G6] what an instance sets decides which branch inside is run and counts", async () => {
  for (const [params, calls, values] of [
    [{ which: true }, ["0+10", "1+10", "range 2", "twice", "twice"], [20, 22]],
    [{ which: false }, ["0+20", "1+20", "range 2", "twice", "twice"], [40, 42]],
    [{ how: "half" }, ["0+20", "1+20", "half", "half", "range 2"], [10, 10.5]],
  ] as const) {
    const run = await recordCalls(planOf(choosing(params), environment));
    assert.deepEqual([run.calls.toSorted(), run.values["show.value"]], [calls, values], JSON.stringify(params));
  }
  const keysOf = async (params: object) => {
    const plan = planOf(choosing(params), environment);
    const { cache } = await record(plan);
    return planKeys(await expandPlan(plan, cache)).get("it/half")!;
  };
  const [half, halfToo, doubled] = [
    await keysOf({ how: "half", which: false }),
    await keysOf({ how: "half", which: true }),
    await keysOf({ which: false }),
  ];
  assert.deepEqual([half.length, half], [2, halfToo], "what it does not need does not count");
  assert.notDeepEqual(doubled, await keysOf({ which: true }));
});

test("[N3] [W9] where a link feeds the switch from outside, each item takes its branch, and only a run can tell", async () => {
  const linked = choosing({}, { which: "truth.value" });
  const { told, calls, values } = await change(workflow({ one, show: show("one.value") }), linked);
  assert.match(told["it/half"]!, /^unknown; depends on what/);
  assert.deepEqual(calls.filter((call) => call.includes("+")).toSorted(), ["0+20", "1+10"]);
  assert.deepEqual(values, { "show.value": [40, 22] });
  assert.deepEqual((await change(linked, linked)).started, []);
});
