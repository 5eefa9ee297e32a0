import assert from "node:assert/strict";
import { test } from "node:test";
import { packNodes, readDocument, type WorkflowJson } from "@clipwork/engine";
import fc from "fast-check";
import { graph } from "../../../engine/src/testing/random-graph.ts";
import { connect, disconnect, moveNodes, removeNodes, setParam } from "./edit.ts";
import { definitionAt, definitionsAround, levelOf, prefixOf, validPath, withLevel } from "./levels.ts";

const node = (type: string, inputs: object = {}, params: object = {}) => ({ type, version: 1, params, inputs });
const whole = {
  format: "clipwork/1",
  meta: { title: "Whole", author: "me" },
  nodes: { a: node("math.constant"), sub: node("subgraph.outer", { x: "a.value" }) },
  layout: {},
  definitions: {
    outer: {
      title: "Outer",
      nodes: { deep: node("subgraph.inner", { value: "in.x" }), other: node("math.constant") },
      inputs: { x: {} },
      outputs: { y: { from: "deep.sum", summary: "The sum." }, z: {} },
      exposed: { by: "deep.by" },
      layout: { deep: { x: 100, y: 50 }, other: { x: 400, y: 10 } },
    },
    inner: {
      nodes: { add: node("math.add", { a: "in.value" }) },
      inputs: { value: {} },
      outputs: { sum: { from: "add.value" } },
      exposed: { by: "add.b" },
    },
  },
} as unknown as WorkflowJson;
const change = (path: readonly string[], edit: (level: WorkflowJson) => WorkflowJson) =>
  withLevel(whole, path, edit(levelOf(whole, path)));

test("a path leads through instances, as far as they are there", () => {
  assert.equal(levelOf(whole, []), whole);
  assert.equal(definitionAt(whole, ["sub"])!.id, "outer");
  assert.equal(definitionAt(whole, ["sub", "deep"])!.id, "inner");
  assert.equal(definitionAt(whole, ["sub", "other"]), undefined);
  assert.deepEqual(validPath(whole, ["sub", "gone", "more"]), ["sub"]);
  assert.equal(prefixOf(["sub", "deep"]), "sub/deep/");
});

test("a subgraph is opened as a workflow with a card for each side, to the left and right of what is inside", () => {
  const level = levelOf(whole, ["sub"]);
  assert.deepEqual(Object.keys(level.nodes), ["in", "deep", "other", "out"]);
  assert.deepEqual(level.nodes.out!.inputs, { y: "deep.sum" });
  assert.deepEqual(level.layout!.in, { x: -220, y: 10 });
  assert.deepEqual(level.layout!.out, { x: 720, y: 10 });
  assert.equal(level.meta!.title, "Whole");
  assert.equal(levelOf(whole, ["sub"]), level, "what has not changed is the same object");
  assert.deepEqual(readDocument({ ...level, nodes: { deep: level.nodes.deep } }).problems, []);
});

test("what is put back unchanged changes nothing", () => {
  for (const path of [["sub"], ["sub", "deep"]])
    assert.deepEqual(
      change(path, (level) => ({ ...level })),
      whole,
    );
});

test("edits inside are edits of the definition, and links to its sides those of its ports", () => {
  const set = change(["sub", "deep"], (level) => setParam(level, { node: "add", port: "b" }, 7));
  assert.deepEqual(set.definitions!.inner!.nodes.add!.params, { b: 7 });
  assert.equal(set.nodes, whole.nodes);
  const linked = change(["sub"], (level) =>
    connect(level, { node: "other", port: "value" }, { node: "out", port: "z" }),
  );
  assert.deepEqual(linked.definitions!.outer!.outputs, {
    y: { from: "deep.sum", summary: "The sum." },
    z: { from: "other.value" },
  });
  const cut = change(["sub"], (level) => disconnect(level, { node: "out", port: "y" }));
  assert.deepEqual(cut.definitions!.outer!.outputs, { y: { summary: "The sum." }, z: {} });
  const moved = change(["sub"], (level) => moveNodes(level, new Map([["in", { x: 1, y: 2 }]])));
  assert.deepEqual(moved.definitions!.outer!.layout!.in, { x: 1, y: 2 });
});

test("the cards of the sides cannot be taken away", () => {
  const without = change(["sub"], (level) => removeNodes(level, new Set(["in", "out"])));
  assert.deepEqual(Object.keys(levelOf(without, ["sub"]).nodes), ["in", "deep", "other", "out"]);
  assert.deepEqual(without.definitions!.outer!.inputs, { x: {} });
});

test("a name that is exposed inside may become another one: all instances follow", () => {
  const set = { ...whole, nodes: { ...whole.nodes, sub: { ...whole.nodes.sub!, params: { by: 3 } } } };
  const renamed = withLevel(set, ["sub"], { ...levelOf(set, ["sub"]), exposed: { "Step by step": "deep.by" } });
  assert.deepEqual(renamed.definitions!.outer!.exposed, { StepByStep: "deep.by" });
  assert.deepEqual(renamed.nodes.sub!.params, { StepByStep: 3 });
  const { exposed: _, ...bare } = levelOf(set, ["sub"]);
  const gone = withLevel(set, ["sub"], bare);
  assert.equal(gone.definitions!.outer!.exposed, undefined);
  assert.deepEqual(gone.nodes.sub!.params, {});
});

test("what contains the open subgraph is known, so that none is put into itself", () => {
  assert.deepEqual(definitionsAround(whole, ["sub", "deep"]), new Set(["outer", "inner"]));
  assert.deepEqual(definitionsAround(whole, ["sub"]), new Set(["outer"]));
  assert.deepEqual(definitionsAround(whole, []), new Set());
});

test("whatever is packed, opening and putting back leaves it as it is", () => {
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.boolean()), (nodes, choice) => {
      const flat = { format: "clipwork/1", nodes } as unknown as WorkflowJson;
      const chosen = new Set(Object.keys(nodes).filter(() => choice.next().value));
      const packed = packNodes(flat, chosen, { definition: "sub", instance: "sub", title: "Sub" });
      assert.deepEqual(withLevel(packed, ["sub"], { ...levelOf(packed, ["sub"]) }), packed);
    }),
    { numRuns: 100 },
  );
});
