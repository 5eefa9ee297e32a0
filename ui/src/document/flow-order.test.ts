import assert from "node:assert/strict";
import { test } from "node:test";
import { inFlowOrder } from "./flow-order.ts";

const node = (inputs: { readonly [port: string]: string } = {}) => ({ type: "x.y", version: 1, inputs });

test("each node comes after all that feed it, whatever order the document has", () => {
  const nodes = { d: node({ a: "c.o", b: "a.o" }), c: node({ a: "b.o" }), b: node({ a: "a.o" }), a: node() };
  assert.deepEqual(inFlowOrder({ format: "clipwork/1", nodes }), ["a", "b", "c", "d"]);
});

test("two links from one node to another count as what they are, and links from nowhere as none", () => {
  const nodes = { b: node({ a: "a.o", b: "a.p", c: "gone.o" }), a: node() };
  assert.deepEqual(inFlowOrder({ format: "clipwork/1", nodes }), ["a", "b"]);
});

test("nodes in a circle, and behind one, are not lost", () => {
  const nodes = { a: node({ x: "b.o" }), b: node({ x: "a.o" }), c: node({ x: "b.o" }), free: node() };
  assert.deepEqual(inFlowOrder({ format: "clipwork/1", nodes }), ["free", "a", "b", "c"]);
});

test("a chain of 20,000 nodes is no deeper than one of two", () => {
  const nodes = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [`n${i}`, node(i > 0 ? { x: `n${i - 1}.o` } : {})]),
  );
  assert.equal(inFlowOrder({ format: "clipwork/1", nodes }).at(-1), "n19999");
});
