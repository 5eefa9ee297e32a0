import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowJson } from "@clipwork/engine";
import { setParam, setPlace } from "./edit.ts";
import { setLook } from "./look.ts";
import { makeOf } from "./make.ts";

const workflow: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    a: { type: "text.prompt", version: 1, params: { text: "a cube" } },
    b: { type: "text.prompt", version: 1, params: { text: "a ball" } },
  },
  layout: { a: { x: 0, y: 0 }, b: { x: 300, y: 0 } },
};

test("nodes that differ in values and places alone are of one make", () => {
  assert.equal(makeOf(workflow, "a"), makeOf(workflow, "b"));
  assert.equal(makeOf(setParam(workflow, { node: "a", port: "text" }, "another"), "a"), makeOf(workflow, "a"));
});

test("what changes the size of a card changes its make", () => {
  const before = makeOf(workflow, "a");
  const changed = [
    setLook(workflow, ["a"], { collapsed: true }),
    setLook(workflow, ["a"], { width: 320 }),
    setPlace(workflow, "a", { open: true }),
    setParam(workflow, { node: "a", port: "seed" }, 3),
  ];
  const makes = new Set([before, ...changed.map((one) => makeOf(one, "a"))]);
  assert.equal(makes.size, 5);
});

test("a node that is not there has no make", () => {
  assert.equal(makeOf(workflow, "gone"), "");
});
