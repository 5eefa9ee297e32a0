import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { applySettings } from "../plan/settings.ts";
import { node, planOf, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { packNodes } from "./pack.ts";
import { unpackInstance } from "./unpack.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const add = (a: string, more: object = {}) => node("math.add", { b: 1 }, { a, ...more });
const show = (value: string) => node("output.show", {}, { value });
const documentOf = (nodes: object, more: object = {}) => workflow(nodes, more) as unknown as WorkflowJson;
const pack = (flat: WorkflowJson, ...ids: string[]) =>
  packNodes(flat, new Set(ids), { definition: "box", title: "Box", instance: "box" });
const boxOf = (packed: WorkflowJson) => packed.definitions!.box!;
const valuesOf = async (json: unknown) => (await record(planOf(json, environment))).values;
const problemsOf = (json: unknown) =>
  validateJson(json, environment).problems.map(({ code, severity, node, port }) => ({ code, severity, node, port }));

/** Packs nodes, none of which is an output, and sees to it that the outputs have the same values and unpacking gives the same nodes. */
async function packedAlike(flat: WorkflowJson, ...ids: string[]): Promise<WorkflowJson> {
  const packed = pack(flat, ...ids);
  assert.deepEqual(readDocument(packed).problems, []);
  assert.deepEqual(await valuesOf(packed), await valuesOf(flat));
  assert.deepEqual(unpackInstance(packed, "box")!.workflow.nodes, flat.nodes);
  return packed;
}

test("[G9] an output outside that feeds several nodes inside, or one node twice, is one input", async () => {
  const flat = documentOf({
    one,
    left: add("one.value"),
    right: add("one.value", { b: "one.value" }),
    both: add("left.value", { b: "right.value" }),
    show: show("both.value"),
  });
  const packed = await packedAlike(flat, "left", "right", "both");
  assert.deepEqual(boxOf(packed).inputs, { a: {} });
  assert.deepEqual(boxOf(packed).nodes.right!.inputs, { a: "in.a", b: "in.a" });
  assert.deepEqual(packed.nodes.box!.inputs, { a: "one.value" });
});

test("[G9] inputs that come from different outputs are told apart by a number", async () => {
  const flat = documentOf({
    one,
    two: node("math.constant", { value: 2 }),
    left: add("one.value"),
    right: add("two.value"),
    both: add("left.value", { b: "right.value" }),
    show: show("both.value"),
  });
  const packed = await packedAlike(flat, "left", "right");
  assert.deepEqual(packed.nodes.box!.inputs, { a: "one.value", a2: "two.value" });
  assert.deepEqual(boxOf(packed).outputs, { value: { from: "left.value" }, value2: { from: "right.value" } });
});

test("[G9] an output inside that several nodes outside use is one output; what only the inside uses is none", async () => {
  const flat = documentOf({
    range: node("list.range", { count: 3 }),
    hidden: add("range.values"),
    sum: node("list.sum", {}, { values: "hidden.value" }),
    after: add("sum.value", { b: "range.count" }),
    show: show("after.value"),
    again: show("sum.value"),
  });
  const packed = await packedAlike(flat, "range", "hidden", "sum");
  assert.deepEqual(boxOf(packed).outputs, { value: { from: "sum.value" }, count: { from: "range.count" } });
  assert.equal(packed.nodes.again!.inputs!.value, "box.value");
  assert.equal(packed.nodes.box!.inputs, undefined, "nothing outside feeds it");
});

test("[G9] nodes between which a value goes out and comes back are packed without a cycle", async () => {
  const flat = documentOf({
    one,
    first: add("one.value"),
    outside: add("first.value"),
    last: add("outside.value", { b: "first.value" }),
    show: show("last.value"),
  });
  const packed = await packedAlike(flat, "first", "last");
  assert.equal(packed.nodes.outside!.inputs!.a, "box.value");
  assert.equal(packed.nodes.box!.inputs!.a2, "outside.value");
});

test("[V6] a cycle that lies partly inside is written out with the ids that the nodes have then", () => {
  const flat = documentOf({ a: add("b.value"), b: add("a.value"), show: show("b.value") });
  const [problem, ...others] = validateJson(pack(flat, "a"), environment).problems;
  assert.deepEqual([problem!.code, others], ["cycle", []]);
  assert.match(problem!.message, /box\/a → b → box\/a|b → box\/a → b/);
});

test("[G9] exposed parameters stay exposed, each under one name of the subgraph", () => {
  const flat = documentOf(
    { one, left: add("one.value"), right: add("left.value"), outside: add("right.value"), show: show("outside.value") },
    { exposed: { step: "left.b", all: ["left.b", "right.b", "outside.b"], start: "one.value" } },
  );
  const packed = pack(flat, "left", "right");
  assert.deepEqual(boxOf(packed).exposed, { b: "left.b", b2: "right.b" });
  assert.deepEqual(packed.exposed, { step: "box.b", all: ["box.b", "box.b2", "outside.b"], start: "one.value" });
  const { document, problems } = applySettings(readDocument(packed).document!, { all: 7 }, environment.catalogue);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    ["box/left", "box/right", "outside"].map((id) => document.nodes.get(id)!.params.b),
    [7, 7, 7],
  );
  assert.deepEqual(document.json.nodes.box!.params, { b: 7, b2: 7 });
});

test("[G6] an exposed parameter whose name an input has gets another one, and one that a link feeds is dropped", () => {
  const left = node("math.add", {}, { b: "one.value" });
  const flat = documentOf(
    { one, left, right: add("left.value") },
    { exposed: { linked: "left.b", mixed: ["left.b", "right.b"] } },
  );
  const packed = pack(flat, "left", "right");
  assert.deepEqual(boxOf(packed).inputs, { b: {} });
  assert.deepEqual(boxOf(packed).exposed, { b2: "right.b" });
  assert.deepEqual(packed.exposed, { mixed: ["box.b2"] });
  assert.deepEqual(readDocument(packed).problems, []);
});

test("[M1] [M2] what is muted or bypassed inside is as it was, and so is what it takes with it", async () => {
  const flat = (mode: string) =>
    documentOf({
      one,
      off: node("math.add", { b: 5 }, { a: "one.value" }, { mode }),
      after: add("off.value"),
      show: show("after.value"),
      other: show("one.value"),
    });
  assert.deepEqual(await valuesOf(pack(flat("mute"), "off")), { "other.value": [1] });
  assert.deepEqual(await valuesOf(pack(flat("mute"), "off", "after")), { "other.value": [1] });
  assert.deepEqual(await valuesOf(pack(flat("bypass"), "off", "after")), { "show.value": [2], "other.value": [1] });
});

test("[G9] a whole workflow becomes an instance without ports, whose outputs are those inside", async () => {
  const flat = documentOf({ one, sum: add("one.value"), show: show("sum.value") }, { layout: { one: { x: 1, y: 2 } } });
  const packed = pack(flat, "one", "sum", "show");
  assert.deepEqual(packed.nodes, { box: { type: "subgraph.box", version: 1 } });
  assert.deepEqual([boxOf(packed).inputs, boxOf(packed).outputs], [{}, {}]);
  assert.deepEqual([packed.layout, boxOf(packed).layout], [{}, { one: { x: 1, y: 2 } }]);
  assert.deepEqual(await valuesOf(packed), { "box/show.value": [2] });
  assert.deepEqual(unpackInstance(packed, "box")!.workflow, flat);
});

test("[G9] a single node becomes an instance, in its place among the nodes", async () => {
  const flat = documentOf({ one, middle: add("one.value"), show: show("middle.value") });
  const packed = await packedAlike(flat, "middle");
  assert.deepEqual(Object.keys(packed.nodes), ["one", "box", "show"]);
  assert.deepEqual(boxOf(packed).nodes, { middle: node("math.add", { b: 1 }, { a: "in.a" }) });
});

test("[G9] an instance may be among the nodes: it is packed with what it sets and what feeds it, and stays an instance", async () => {
  const twice = {
    nodes: { first: add("in.x"), second: add("first.value") },
    inputs: { x: {} },
    outputs: { y: { from: "second.value" } },
    exposed: { by: ["first.b", "second.b"] },
  };
  const flat = documentOf(
    { one, sub: node("subgraph.twice", { by: 4 }, { x: "one.value" }), after: add("sub.y"), show: show("after.value") },
    { definitions: { twice }, exposed: { step: "sub.by" } },
  );
  const packed = await packedAlike(flat, "sub", "after");
  assert.deepEqual(Object.keys(packed.definitions!), ["twice", "box"]);
  assert.deepEqual(
    [...readDocument(packed).document!.nodes.keys()].filter((id) => id.startsWith("box/")),
    ["box/after", "box/sub/first", "box/sub/second"],
  );
  const set = applySettings(readDocument(packed).document!, { step: 10 }, environment.catalogue).document;
  assert.deepEqual(await valuesOf(set.json), { "show.value": [22] });
});

test("[G8] nodes with ids that a definition keeps for itself get others inside, which no node has", async () => {
  const flat = documentOf({
    in: one,
    in2: add("in.value"),
    out: add("in2.value"),
    constructor: add("out.value"),
    show: show("constructor.value"),
  });
  const packed = pack(flat, "in", "in2", "out", "constructor");
  assert.deepEqual(Object.keys(boxOf(packed).nodes), ["in3", "in2", "out2", "constructor"]);
  assert.deepEqual(readDocument(packed).problems, []);
  assert.deepEqual(await valuesOf(packed), await valuesOf(flat));
});

test("[G9] without a node of the document nothing is packed", () => {
  const flat = documentOf({ one, show: show("one.value") });
  for (const ids of [[], ["gone"], ["toString", "__proto__"]]) assert.equal(pack(flat, ...ids), flat, ids.join());
  const some = pack(flat, "gone", "one");
  assert.deepEqual(Object.keys(boxOf(some).nodes), ["one"]);
});

test("[V5] a link that led nowhere leads nowhere in the subgraph, and is a problem at the same node", () => {
  const flat = documentOf({ bad: add("gone.value"), show: show("bad.value") });
  const expected = { code: "dangling-link", severity: "error", node: "bad", port: "a" };
  assert.deepEqual(problemsOf(flat), [expected]);
  assert.deepEqual(problemsOf(pack(flat, "bad")), [{ ...expected, node: "box/bad" }]);
});

test("[D15] a group of which only a part is packed keeps the others, and notes stay where they are", () => {
  const notes = { why: { text: "Why", x: 0, y: 0, width: 200, height: 100 } };
  const flat = documentOf(
    { one, sum: add("one.value"), show: show("sum.value") },
    { groups: { all: { title: "All", members: ["one", "sum"] }, none: { title: "None", members: [] } }, notes },
  );
  const packed = pack(flat, "sum");
  assert.deepEqual(packed.groups, { all: { title: "All", members: ["one"] }, none: { title: "None", members: [] } });
  assert.deepEqual([packed.notes, boxOf(packed).groups, boxOf(packed).notes], [notes, undefined, undefined]);
  assert.deepEqual(readDocument(packed).problems, []);
});

test("[G9] packing leaves the document that it was given as it was", () => {
  const flat = documentOf(
    { one, sum: add("one.value"), show: show("sum.value") },
    { layout: { sum: { x: 1, y: 1 } }, exposed: { step: "sum.b" }, groups: { g: { title: "G", members: ["sum"] } } },
  );
  const before = structuredClone(flat);
  pack(flat, "sum");
  assert.deepEqual(flat, before);
});

test("[G9] groups go along with their nodes, and come back", () => {
  const flat = workflow(
    { a: one, b: one, c: one },
    {
      groups: { all: { title: "A and B", members: ["a", "b"] }, part: { title: "C", members: ["c"] } },
      layout: { a: { x: 1, y: 2 }, c: { x: 5, y: 5 } },
    },
  ) as unknown as WorkflowJson;
  const packed = packNodes(flat, new Set(["a", "b"]), {
    definition: "ab",
    title: "AB",
    instance: "sub",
    place: { x: 3, y: 3 },
  });
  assert.deepEqual(packed.groups, { part: { title: "C", members: ["c"] } });
  assert.deepEqual(packed.definitions!.ab!.groups, { all: { title: "A and B", members: ["a", "b"] } });
  assert.deepEqual(packed.definitions!.ab!.layout, { a: { x: 1, y: 2 } });
  assert.deepEqual(packed.layout, { c: { x: 5, y: 5 }, sub: { x: 3, y: 3 } });
  const { workflow: back } = unpackInstance(packed, "sub")!;
  assert.deepEqual(back, flat);
});
