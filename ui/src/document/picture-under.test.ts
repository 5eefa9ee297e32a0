import assert from "node:assert/strict";
import { test } from "node:test";
import { type Catalogue, createCatalogue, nodeDefiner, optional, type WorkflowJson } from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { pictureUnder } from "./picture-under.ts";

const defineNode = nodeDefiner<unknown>();
const base = { version: 1, title: "Test", summary: "For tests." };
const run = () => ({ out: null }) as never;
const catalogue = createCatalogue([
  defineNode({ ...base, type: "test.picture", outputs: { out: t.image(".") }, run }),
  defineNode({ ...base, type: "test.mask", outputs: { out: t.text(".") }, run }),
  defineNode({
    ...base,
    type: "test.over",
    inputs: { under: optional(t.image(".")) },
    outputs: { out: t.text(".") },
    run,
  }),
  defineNode({
    ...base,
    type: "test.use",
    inputs: { mask: t.text("."), picture: optional(t.image(".")) },
    outputs: { out: t.image(".") },
    run,
  }),
]) as Catalogue;
const node = (type: string, inputs: object = {}) => ({ type, version: 1, inputs }) as WorkflowJson["nodes"][string];
const under = (id: string, nodes: WorkflowJson["nodes"]) =>
  pictureUnder({ format: "clipwork/1", nodes }, id, catalogue);

test("what is painted lies over the picture that is linked to its node", () => {
  const nodes = { a: node("test.picture"), paint: node("test.over", { under: "a.out" }) };
  assert.deepEqual(under("paint", nodes), { node: "a", port: "out" });
});

test("else over the picture beside it where it is read, and never over what is made of it", () => {
  const nodes = {
    a: node("test.picture"),
    mask: node("test.mask"),
    other: node("test.use", { mask: "b.out", picture: "b.out" }),
    use: node("test.use", { mask: "mask.out", picture: "a.out" }),
    after: node("test.over", { under: "use.out" }),
  };
  assert.deepEqual(under("mask", nodes), { node: "a", port: "out" });
  assert.equal(
    under("mask", { ...nodes, use: node("test.use", { mask: "mask.out", picture: "mask.out" }) }),
    undefined,
  );
});

test("there may be no picture, no link or no such node", () => {
  assert.equal(under("mask", { mask: node("test.mask"), use: node("test.use", { mask: "mask.out" }) }), undefined);
  assert.equal(under("mask", { mask: node("test.mask") }), undefined);
  assert.equal(under("constructor", {}), undefined);
  assert.equal(under("mask", { mask: node("no.such", { picture: "x.y" }) }), undefined);
});
