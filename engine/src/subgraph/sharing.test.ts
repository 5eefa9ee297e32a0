import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "../document/document.ts";
import type { WorkflowJson } from "../document/workflow-json.ts";
import { describeDefinition } from "../plan/signature.ts";
import { node, planOf, record, testEnvironment, workflow } from "../testing/index.ts";
import { testNodes } from "../testing/test-nodes.ts";
import { flatWorkflow } from "./flat-workflow.ts";
import { subgraphFile, takeDefinition } from "./take-definition.ts";

const environment = testEnvironment(testNodes);
const one = node("math.constant", { value: 1 });
const inner = {
  title: "Inner",
  nodes: { add: node("math.add", { b: 2 }, { a: "in.value" }), same: node("util.reroute", {}, { value: "in.any" }) },
  inputs: { value: { summary: "A number." }, any: {}, spare: {} },
  outputs: { sum: { from: "add.value" }, any: { from: "same.value" }, through: { from: "in.value" }, nothing: {} },
  exposed: { by: "add.b" },
};
const outer = {
  title: "Outer",
  nodes: { deep: node("subgraph.inner", { by: 7 }, { value: "in.x", any: "in.x" }) },
  inputs: { x: {} },
  outputs: { y: { from: "deep.sum" } },
  exposed: { step: "deep.by" },
};
const both = workflow(
  { one, sub: node("subgraph.outer", {}, { x: "one.value" }), show: node("output.show", {}, { value: "sub.y" }) },
  { definitions: { outer, inner } },
) as unknown as WorkflowJson;

test("[G13] the types of a definition's ports are those of what is inside", () => {
  const described = describeDefinition(both, "inner", environment)!;
  assert.deepEqual(
    [described.type, described.title, described.summary],
    ["subgraph.inner", "Inner", "A subgraph of 2 nodes."],
  );
  const face = (sockets: typeof described.inputs) =>
    Object.entries(sockets).map(([port, { type, of, optional }]) => [port, type.kind, of.kind, optional]);
  assert.deepEqual(face(described.inputs), [
    ["value", "number", "number", false],
    ["any", "variable", "variable", false],
    ["spare", "variable", "variable", true],
  ]);
  assert.equal(described.inputs.value!.summary, "A number.");
  assert.deepEqual(face(described.outputs), [
    ["sum", "number", "number", false],
    ["any", "variable", "variable", false],
    ["through", "number", "number", false],
    ["nothing", "variable", "variable", false],
  ]);
  assert.equal(described.params.by!.default, 2);
});

test("[G13] nested ones are seen through, and what an inner instance sets is the default", () => {
  const described = describeDefinition(both, "outer", environment)!;
  assert.deepEqual([described.inputs.x!.type, described.outputs.y!.type], [{ kind: "number" }, { kind: "number" }]);
  assert.equal(described.params.step!.default, 7);
  assert.equal(describeDefinition(both, "none", environment), undefined);
});

test("[G14] a subgraph as a file brings all that it contains, and can be opened as a document", async () => {
  const file = subgraphFile(both, "outer");
  assert.deepEqual(readDocument(file).problems, []);
  assert.deepEqual(file.meta, { title: "Outer" });
  assert.deepEqual(Object.keys(file.definitions!), ["outer", "inner"]);
  const { workflow: now, definition } = takeDefinition(workflow({ one }) as unknown as WorkflowJson, file)!;
  assert.equal(definition, "outer");
  const run = {
    ...now,
    nodes: {
      one,
      sub: node("subgraph.outer", { step: 3 }, { x: "one.value" }),
      show: node("output.show", {}, { value: "sub.y" }),
    },
  };
  assert.deepEqual((await record(planOf(run, environment))).values, { "show.value": [4] });
});

test("[G14] what is the same is shared; what has the same id and differs gets a new one, in what contains it too", () => {
  const file = subgraphFile(both, "outer");
  const again = takeDefinition(both, file)!;
  assert.equal(again.definition, "outer");
  assert.deepEqual(again.workflow, both);
  const other = {
    ...both,
    definitions: { ...both.definitions, inner: { ...inner, title: "Another" } },
  } as unknown as WorkflowJson;
  const { workflow: now, definition } = takeDefinition(other, file)!;
  assert.equal(definition, "outer2");
  assert.equal(now.definitions!.inner!.title, "Another");
  assert.equal(now.definitions!.inner2!.title, "Inner");
  assert.equal(now.definitions!.outer2!.nodes.deep!.type, "subgraph.inner2");
});

test("[G14] what is the same is shared whatever its id, in what contains it too", () => {
  const { inner: innerJson, outer: outerJson } = both.definitions!;
  const deep = { ...outerJson!.nodes.deep!, type: "subgraph.small" };
  const renamed = {
    ...both,
    definitions: { outer: { title: "Other", nodes: {} }, small: innerJson, large: { ...outerJson, nodes: { deep } } },
  } as unknown as WorkflowJson;
  const { workflow: now, definition } = takeDefinition(renamed, subgraphFile(both, "outer"))!;
  assert.equal(definition, "large");
  assert.deepEqual(now, renamed);
});

test("[G14] a document without nodes is no subgraph", () => {
  assert.equal(takeDefinition(both, workflow({}) as unknown as WorkflowJson), undefined);
});

test("[G14] any other document is taken as a subgraph as a whole", async () => {
  const { workflow: now, definition } = takeDefinition(workflow({}) as unknown as WorkflowJson, both)!;
  const run = { ...now, nodes: { whole: node(`subgraph.${definition}`) } };
  assert.deepEqual((await record(planOf(run, environment))).values, { "whole/show.value": [8] });
});

test("[G2] what runs can be looked at as a workflow without instances", () => {
  const document = readDocument(both).document!;
  const flat = flatWorkflow(document);
  assert.deepEqual(Object.keys(flat.nodes).sort(), ["one", "show", "sub/deep/add", "sub/deep/same"]);
  assert.deepEqual(flat.nodes.show!.inputs, { value: "sub/deep/add.value" });
  assert.equal(flat.nodes.one, both.nodes.one, "what an instance changes nothing of is the same object");
  const plain = readDocument(workflow({ one })).document!;
  assert.equal(flatWorkflow(plain), plain.json);
});
