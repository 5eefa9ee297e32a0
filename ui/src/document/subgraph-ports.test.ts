import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { addPort, movePort, refusedName, renamePort } from "./subgraph-ports.ts";

const node = (type: string, inputs: object = {}, params: object = {}) => ({ type, version: 1, params, inputs });
const whole = {
  format: "clipwork/1",
  nodes: { a: node("subgraph.inner", { x: "b.v" }, { by: 1 }), show: node("output.show", { value: "a.y" }) },
  exposed: { step: ["a.by", "b.v"] },
  definitions: {
    inner: {
      nodes: { n: node("math.add", { a: "in.x" }) },
      inputs: { x: {}, w: {} },
      outputs: { y: { from: "n.value" }, through: { from: "in.x" } },
      exposed: { by: "n.b" },
    },
    outer: {
      nodes: { i: node("subgraph.inner", { x: "in.p" }, { by: 2 }), k: node("math.add", { a: "i.y" }) },
      inputs: { p: {} },
      outputs: { q: { from: "i.y" } },
      exposed: { by: "i.by" },
    },
  },
} as unknown as WorkflowJson;

test("an input has another name inside and at every instance", () => {
  const { nodes, definitions } = renamePort(whole, "inner", "inputs", "x", "image");
  assert.deepEqual(Object.keys(definitions!.inner!.inputs!), ["image", "w"]);
  assert.deepEqual(definitions!.inner!.nodes.n!.inputs, { a: "in.image" });
  assert.deepEqual(definitions!.inner!.outputs!.through, { from: "in.image" });
  assert.deepEqual(nodes.a!.inputs, { image: "b.v" });
  assert.deepEqual(definitions!.outer!.nodes.i!.inputs, { image: "in.p" });
});

test("an output has another name in the links of all that it feeds, in other subgraphs too", () => {
  const { nodes, definitions } = renamePort(whole, "inner", "outputs", "y", "sum");
  assert.deepEqual(nodes.show!.inputs, { value: "a.sum" });
  assert.deepEqual(definitions!.outer!.nodes.k!.inputs, { a: "i.sum" });
  assert.deepEqual(definitions!.outer!.outputs, { q: { from: "i.sum" } });
});

test("a parameter has another name where instances set it, and where it is exposed further", () => {
  const { nodes, definitions, exposed } = renamePort(whole, "inner", "exposed", "by", "step");
  assert.deepEqual(definitions!.inner!.exposed, { step: "n.b" });
  assert.deepEqual([nodes.a!.params, definitions!.outer!.nodes.i!.params], [{ step: 1 }, { step: 2 }]);
  assert.deepEqual([exposed, definitions!.outer!.exposed], [{ step: ["a.step", "b.v"] }, { by: "i.step" }]);
});

test("with a port its links go, and nothing else", () => {
  const input = renamePort(whole, "inner", "inputs", "x", undefined);
  assert.deepEqual([input.definitions!.inner!.nodes.n!.inputs, input.nodes.a!.inputs], [{}, {}]);
  assert.deepEqual(input.definitions!.inner!.outputs, { y: { from: "n.value" }, through: {} });
  const output = renamePort(whole, "inner", "outputs", "y", undefined);
  assert.deepEqual([output.nodes.show!.inputs, output.definitions!.outer!.outputs], [{}, { q: {} }]);
  const parameter = renamePort(whole, "inner", "exposed", "by", undefined);
  assert.deepEqual([parameter.exposed, parameter.definitions!.outer!.exposed], [{ step: ["b.v"] }, {}]);
  assert.deepEqual(parameter.nodes.a!.params, {});
});

test("ports are added under a free name, and ordered", () => {
  const added = addPort(addPort(whole, "inner", "inputs", "by"), "inner", "outputs", "y");
  assert.deepEqual(Object.keys(added.definitions!.inner!.inputs!), ["x", "w", "by2"]);
  assert.deepEqual(Object.keys(added.definitions!.inner!.outputs!), ["y", "through", "y2"]);
  const moved = movePort(whole, "inner", "inputs", "w", -1);
  assert.deepEqual(Object.keys(moved.definitions!.inner!.inputs!), ["w", "x"]);
  assert.equal(movePort(whole, "inner", "inputs", "w", 1), whole);
});

test("a name that cannot be one is refused in words", () => {
  const { inner } = whole.definitions!;
  assert.match(refusedName(inner!, "inputs", "a b")!, /letters and digits/);
  assert.match(refusedName(inner!, "inputs", "by")!, /already one called by/);
  assert.equal(refusedName(inner!, "outputs", "by"), undefined);
});
