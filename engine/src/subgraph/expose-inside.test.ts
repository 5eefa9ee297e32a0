import assert from "node:assert/strict";
import { test } from "node:test";
import type { DefinitionJson, NodeJson, WorkflowJson } from "../document/workflow-json.ts";
import { node, workflow } from "../testing/index.ts";
import { exposeAs, exposeInside, freeName, readInnerAddress, splitPath } from "./expose-inside.ts";

const add: NodeJson = { type: "math.add", version: 1, params: { b: 1 } };
const definition: DefinitionJson = { nodes: { add, more: add } };
const at = (address: string) => ({ node: address.split(".")[0]!, port: address.split(".")[1]! });
/** An instance of "outer", which contains "middle", which contains "inner". */
const nested = (inner: object = {}, middle: object = {}, outer: object = {}) =>
  workflow(
    { sub: node("subgraph.outer") },
    {
      definitions: {
        inner: { nodes: { add, more: add }, ...inner },
        middle: { nodes: { deep: node("subgraph.inner"), other: node("subgraph.inner") }, ...middle },
        outer: { nodes: { mid: node("subgraph.middle") }, ...outer },
      },
    },
  ) as unknown as WorkflowJson;

test("[G10] a parameter inside is exposed on all levels between it and the outermost instance, and there alone", () => {
  const before = nested();
  const { workflow: after, name } = exposeInside(before, ["sub", "mid", "deep"], at("add.b"));
  assert.equal(name, "b");
  const { inner, middle, outer } = after.definitions!;
  assert.deepEqual(
    [inner!.exposed, middle!.exposed, outer!.exposed],
    [{ b: "add.b" }, { b: "deep.b" }, { b: "mid.b" }],
  );
  assert.deepEqual(after.nodes, before.nodes, "no instance sets it yet");
  assert.deepEqual(before, nested(), "the document that was given is as it was");
});

test("[G10] the names that there are already are used on each level", () => {
  const before = nested({ exposed: { by: "add.b" } }, { exposed: { step: "deep.by" } });
  const { workflow: after, name } = exposeInside(before, ["sub", "mid", "deep"], at("add.b"));
  assert.equal(name, "step");
  assert.deepEqual(after.definitions!.outer!.exposed, { step: "mid.step" });
  assert.equal(after.definitions!.inner, before.definitions!.inner);
  const other = exposeInside(before, ["sub", "mid", "other"], at("add.b"));
  assert.deepEqual(other.workflow.definitions!.middle!.exposed, { step: "deep.by", by: "other.by" });
});

test("[G10] what any level exposes along with others has no name of its own, and nothing is written", () => {
  for (const before of [
    nested({ exposed: { by: ["add.b", "more.b"] } }),
    nested({ exposed: { by: "add.b" } }, { exposed: { step: ["deep.by", "other.by"] } }),
    nested({}, {}, { exposed: { all: ["mid.b", "mid.c"] } }),
  ]) {
    const { workflow: after, name } = exposeInside(before, ["sub", "mid", "deep"], at("add.b"));
    assert.equal(name, undefined);
    assert.equal(after, before);
  }
});

test("[G6] a parameter that is exposed keeps its name; a new name is one that neither an input nor a parameter has", () => {
  const exposed = { ...definition, inputs: { b: {}, b3: {} }, exposed: { b2: "more.b", both: "more.a" } };
  assert.deepEqual(exposeAs(exposed, at("more.b")), { definition: exposed, name: "b2" });
  const { definition: after, name } = exposeAs(exposed, at("add.b"));
  assert.deepEqual([name, after.exposed], ["b4", { b2: "more.b", both: "more.a", b4: "add.b" }]);
  assert.equal(exposeAs(exposed, at("add.b"), "strength").name, "strength");
  assert.equal(exposeAs(definition, at("add.b"), "constructor").name, "constructor");
});

test("[D3] a name that is taken gets the first number that is free, within the length that names may have", () => {
  const free = (wanted: string, ...taken: string[]) => freeName(wanted, (name) => taken.includes(name));
  assert.equal(free("a", "b"), "a");
  assert.equal(free("a", "a"), "a2");
  assert.equal(free("a", "a", "a2", "a4"), "a3");
  const long = "x".repeat(64);
  assert.equal(free(long), long);
  assert.equal(free(long, long), `${"x".repeat(63)}2`);
  const many = new Set([long, ...Array.from({ length: 8 }, (_, i) => `${"x".repeat(63)}${i + 2}`)]);
  assert.equal(free(long, ...many), `${"x".repeat(62)}10`);
});

test("[G10] an address names the instances that it leads through, the node and the parameter; anything else is none", () => {
  assert.deepEqual(readInnerAddress("a/b/c.d"), { node: "a/b/c", port: "d" });
  assert.deepEqual(readInnerAddress("a.d"), { node: "a", port: "d" });
  for (const text of ["", "a", "a/", "a/b", "a.b/c", "a/.b", "a/b.c.d", "a/B.c"])
    assert.equal(readInnerAddress(text), undefined, text);
  assert.deepEqual(splitPath("a/b/c"), { path: ["a", "b"], node: "c" });
  assert.deepEqual(splitPath("c"), { path: [], node: "c" });
});
