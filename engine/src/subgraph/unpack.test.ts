import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { node, planOf, record, testEnvironment, validateJson, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { unpackInstance } from "./unpack.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const add = (a: string, more: object = {}) => node("math.add", { b: 1 }, { a, ...more });
const show = (value: string) => node("output.show", {}, { value });
const twice = {
  nodes: { first: add("in.x"), second: add("first.value") },
  inputs: { x: {} },
  outputs: { y: { from: "second.value" } },
  exposed: { by: ["first.b", "second.b"] },
};
const pass = { nodes: {}, inputs: { x: {} }, outputs: { y: { from: "in.x" } } };
const sub = (inputs: object = { x: "one.value" }, params: object = {}, more: object = {}) =>
  node("subgraph.twice", params, inputs, more);
const documentOf = (nodes: object, more: object = {}) =>
  workflow(nodes, { definitions: { twice, pass }, ...more }) as unknown as WorkflowJson;
const valuesOf = async (json: unknown) => (await record(planOf(json, environment))).values;
const codesOf = (json: unknown) => validateJson(json, environment).problems.map(({ code, node }) => `${code} ${node}`);

/** Unpacks the instance "sub" and sees to it that the outputs of the document have the same values. */
async function unpackedAlike(packed: WorkflowJson): Promise<WorkflowJson> {
  const { workflow: flat } = unpackInstance(packed, "sub")!;
  assert.deepEqual(readDocument(flat).problems, []);
  assert.deepEqual(await valuesOf(flat), await valuesOf(packed));
  return flat;
}

test("[G9] what has a taken id gets the first free one, and all that speaks of it follows", async () => {
  const definition = {
    ...twice,
    layout: { first: { x: 1, y: 1 } },
    groups: { g: { title: "Inside", members: ["first", "second"] } },
  };
  const packed = documentOf(
    { one, first: add("one.value"), first2: add("first.value"), sub: sub({ x: "first2.value" }), show: show("sub.y") },
    {
      definitions: { twice: definition },
      exposed: { step: "sub.by" },
      layout: { sub: { x: 9, y: 9 } },
      groups: { g: { title: "Outside", members: ["one"] } },
    },
  );
  const flat = await unpackedAlike(packed);
  assert.deepEqual(Object.keys(flat.nodes), ["one", "first", "first2", "first3", "second", "show"]);
  assert.equal(flat.nodes.second!.inputs!.a, "first3.value");
  assert.deepEqual(flat.exposed, { step: ["first3.b", "second.b"] });
  assert.deepEqual(flat.layout, { first3: { x: 1, y: 1 } });
  assert.deepEqual(flat.groups!.g2, { title: "Inside", members: ["first3", "second"] });
});

test("[G9] an id that is free is kept, even if it looks like the next one of an id that is taken", async () => {
  const definition = {
    nodes: { n: add("in.x"), n2: add("n.value") },
    inputs: { x: {} },
    outputs: { y: { from: "n2.value" } },
  };
  const packed = documentOf(
    { one, n: add("one.value"), sub: sub({ x: "n.value" }), show: show("sub.y") },
    { definitions: { twice: definition } },
  );
  const flat = await unpackedAlike(packed);
  assert.deepEqual(Object.keys(flat.nodes), ["one", "n", "n3", "n2", "show"]);
});

test("[G9] a node inside may be called as the instance was, and is drawn where it was", async () => {
  const definition = {
    nodes: { sub: add("in.x") },
    inputs: { x: {} },
    outputs: { y: { from: "sub.value" } },
    exposed: { by: "sub.b" },
    layout: { sub: { x: 5, y: 6 } },
  };
  const packed = documentOf(
    { one, sub: sub(), show: show("sub.y") },
    { definitions: { twice: definition }, layout: { sub: { x: 1, y: 1 } }, exposed: { step: "sub.by" } },
  );
  const flat = await unpackedAlike(packed);
  assert.deepEqual(flat.nodes.sub, add("one.value"));
  assert.deepEqual(flat.layout, { sub: { x: 5, y: 6 } });
  assert.deepEqual(flat.exposed, { step: "sub.b" });
});

test("[D3] a new id is no longer than ids may be", async () => {
  const long = "n".repeat(64);
  const definition = {
    nodes: { [long]: add("in.x") },
    inputs: { x: {} },
    outputs: { y: { from: `${long}.value` } },
  };
  const packed = documentOf(
    { one, [long]: add("one.value"), sub: sub({ x: `${long}.value` }), show: show("sub.y") },
    { definitions: { twice: definition } },
  );
  const flat = await unpackedAlike(packed);
  assert.deepEqual(Object.keys(flat.nodes), ["one", long, `${"n".repeat(63)}2`, "show"]);
});

test("[G2] the other instances of the definition stay, and it goes with the last one", async () => {
  const packed = documentOf({ one, sub: sub(), other: sub({ x: "sub.y" }, { by: 10 }), show: show("other.y") });
  const flat = await unpackedAlike(packed);
  assert.equal(flat.definitions!.twice, twice);
  assert.deepEqual(flat.nodes.other!.inputs, { x: "second.value" });
  const { workflow: last } = unpackInstance(flat, "other")!;
  assert.deepEqual(Object.keys(last.definitions!), ["pass"]);
  assert.deepEqual(Object.keys(last.nodes), ["one", "first", "second", "first2", "second2", "show"]);
  assert.deepEqual(await valuesOf(last), { "show.value": [23] });
});

test("[G2] a definition that another one contains stays", () => {
  const outer = { nodes: { deep: sub({ x: "in.x" }) }, inputs: { x: {} } };
  const packed = documentOf({ one, sub: sub() }, { definitions: { twice, outer } });
  assert.deepEqual(Object.keys(unpackInstance(packed, "sub")!.workflow.definitions!), ["twice", "outer"]);
});

test("[G6] what the instance sets or feeds is set and fed at every parameter that the name stands for", async () => {
  const set = await unpackedAlike(documentOf({ one, sub: sub(undefined, { by: 5 }), show: show("sub.y") }));
  assert.deepEqual([set.nodes.first!.params, set.nodes.second!.params], [{ b: 5 }, { b: 5 }]);
  const fed = await unpackedAlike(
    documentOf({ one, sub: sub({ x: "one.value", by: "one.value" }, { by: 5 }), show: show("sub.y") }),
  );
  assert.deepEqual(fed.nodes.first!.inputs, { a: "one.value", b: "one.value" });
  assert.deepEqual(fed.nodes.second!.inputs, { a: "first.value", b: "one.value" });
});

test("[G6] what outside nodes of the same names feed is not taken for what feeds inside", async () => {
  const packed = documentOf({
    one,
    first: node("math.constant", { value: 50 }),
    sub: sub({ x: "one.value", by: "first.value" }),
    show: show("sub.y"),
  });
  const flat = await unpackedAlike(packed);
  assert.deepEqual(flat.nodes.second!.inputs, { a: "first2.value", b: "first.value" });
});

test("[V5] a link inside that led nowhere does not lead to a node outside that happens to have that name", () => {
  const definition = { nodes: { bad: add("ghost.value") }, outputs: { y: { from: "bad.value" } } };
  const packed = documentOf({ ghost: one, sub: sub({}), show: show("sub.y") }, { definitions: { twice: definition } });
  assert.deepEqual(codesOf(packed), ["dangling-link sub/bad"]);
  assert.deepEqual(codesOf(unpackInstance(packed, "sub")!.workflow), ["dangling-link bad"]);
});

test("[V4] what nothing feeds is an input without a link, as it was inside", () => {
  const packed = documentOf({ one, sub: sub({}), show: show("sub.y") });
  assert.deepEqual(codesOf(packed), ["missing-input sub/first"]);
  const { workflow: flat } = unpackInstance(packed, "sub")!;
  assert.deepEqual(flat.nodes.first!.inputs, {});
  assert.deepEqual(codesOf(flat), ["missing-input first"]);
});

test("[G7] each node takes over the mode of the instance, but what is muted inside stays muted", () => {
  const definition = { ...twice, nodes: { ...twice.nodes, third: { ...one, mode: "mute" } } };
  const modesOf = (mode: string) => {
    const packed = documentOf({ one, sub: sub(undefined, {}, { mode }) }, { definitions: { twice: definition } });
    const { workflow: flat } = unpackInstance(packed, "sub")!;
    return Object.values(flat.nodes).map(({ mode }) => mode);
  };
  assert.deepEqual(modesOf("bypass"), [undefined, "bypass", "bypass", "mute"]);
  assert.deepEqual(modesOf("mute"), [undefined, "mute", "mute", "mute"]);
});

test("[G1] where an output gives what an input is given, the link goes straight to its source", async () => {
  const through = node("subgraph.pass", {}, { x: "one.value" });
  const packed = documentOf({
    one,
    sub: through,
    again: node("subgraph.pass", {}, { x: "sub.y" }),
    show: show("again.y"),
  });
  const flat = await unpackedAlike(packed);
  assert.equal(flat.nodes.again!.inputs!.x, "one.value");
  const self = documentOf({ sub: node("subgraph.pass", {}, { x: "sub.y" }), show: show("sub.y") });
  assert.deepEqual(unpackInstance(self, "sub")!.workflow.nodes, { show: { ...show("sub.y"), inputs: {} } });
});

test("[S1] a name that stood for the instance's parameters stands for those inside; one that stood for none goes", () => {
  const packed = documentOf(
    { one, sub: sub() },
    { exposed: { both: ["sub.by", "one.value"], lost: "sub.gone", other: "one.value" } },
  );
  assert.deepEqual(unpackInstance(packed, "sub")!.workflow.exposed, {
    both: ["first.b", "second.b", "one.value"],
    other: "one.value",
  });
});

test("[D14] notes come along under free ids and are drawn where `move` says, and a group of the instance has the nodes", () => {
  const note = (text: string) => ({ text, x: 1, y: 2, width: 200, height: 100 });
  const packed = documentOf(
    { one, sub: sub() },
    {
      definitions: {
        twice: {
          ...twice,
          layout: { first: { x: 0, y: 0 } },
          notes: { why: note("Inside") },
          groups: { inner: { title: "Inner", members: ["second"] } },
        },
      },
      notes: { why: note("Outside") },
      groups: { all: { title: "All", members: ["one", "sub"] } },
    },
  );
  const moved = (place: unknown) => ({ ...(place as { x: number; y: number }), x: 70 });
  const { workflow: flat, ids } = unpackInstance(packed, "sub", moved)!;
  assert.deepEqual(ids, ["first", "second"]);
  assert.deepEqual(flat.notes, { why: note("Outside"), why2: { ...note("Inside"), x: 70 } });
  assert.deepEqual(flat.layout, { first: { x: 70, y: 0 } });
  assert.deepEqual(flat.groups, {
    all: { title: "All", members: ["one", "first"] },
    inner: { title: "Inner", members: ["second"] },
  });
  assert.deepEqual(readDocument(flat).problems, []);
});

test("[D7] what is no instance of a definition that is there is not unpacked", () => {
  const nodes = {
    one,
    lost: node("subgraph.gone"),
    odd: node("subgraph.constructor"),
    proto: node("subgraph.__proto__"),
  };
  for (const id of ["one", "lost", "odd", "proto", "nowhere", "toString"])
    assert.equal(unpackInstance(documentOf(nodes), id), undefined, id);
});
