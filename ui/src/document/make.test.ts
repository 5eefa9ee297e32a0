import assert from "node:assert/strict";
import { test } from "node:test";
import { createCatalogue, nodeDefiner, p, type WorkflowJson } from "@clipwork/engine";
import { t } from "@clipwork/engine/testing";
import { testCatalogue } from "../testing/catalogue.ts";
import { connect, setParam, setPlace } from "./edit.ts";
import { setLook } from "./look.ts";
import { makeOf } from "./make.ts";

const workflow: WorkflowJson = {
  format: "clipwork/1",
  nodes: {
    words: { type: "text.prompt", version: 1, params: { text: "a cube" } },
    a: { type: "image.paint", version: 1 },
    b: { type: "image.paint", version: 1, params: { seed: 4, size: 8 } },
  },
  layout: { a: { x: 0, y: 0 }, b: { x: 300, y: 0 } },
};

const make = (of: WorkflowJson, id = "a") => makeOf(of, id, testCatalogue);
const sized = (size: number, id = "a") => setParam(workflow, { node: id, port: "size" }, size);

test("nodes that show the same rows are of one make, whatever they and their places say", () => {
  assert.equal(
    make(workflow, "a"),
    make(workflow, "b"),
    "a value that is the default adds no row, and a seed has its own",
  );
  assert.equal(make(sized(3)), make(sized(5)));
  const typed = setParam(workflow, { node: "words", port: "text" }, "another");
  assert.equal(make(typed, "words"), make(workflow, "words"));
});

test("what changes the size of a card changes its make", () => {
  const changed = [
    setLook(workflow, ["a"], { collapsed: true }),
    setLook(workflow, ["a"], { width: 320 }),
    setPlace(workflow, "a", { open: true }),
    sized(3),
    connect(workflow, { node: "words", port: "text" }, { node: "a", port: "text" }),
    connect(workflow, { node: "words", port: "text" }, { node: "a", port: "finish" }),
  ];
  const makes = new Set([make(workflow), ...changed.map((one) => make(one))]);
  assert.equal(makes.size, 7);
});

test("nodes whose packs may give other outputs are of different makes, and of another make with another catalogue", () => {
  const defineNode = nodeDefiner<unknown>();
  const pack = { type: "clip.encode", version: 1, title: "Encode", summary: "Encodes a text." } as const;
  const encode = defineNode({
    ...pack,
    outputs: { text: t.text("It.") },
    params: { pack: p.pack() },
    run: () => ({ text: "" }),
  });
  const catalogue = createCatalogue([encode]);
  const nodes = {
    a: { type: "clip.encode", version: 1 },
    b: { type: "clip.encode", version: 1, params: { pack: "another" } },
  };
  assert.notEqual(
    makeOf({ format: "clipwork/1", nodes }, "a", catalogue),
    makeOf({ format: "clipwork/1", nodes }, "b", catalogue),
  );
  assert.notEqual(make(sized(3)), makeOf(sized(3), "a", catalogue));
});

test("a node that is not there has no make", () => {
  assert.equal(make(workflow, "gone"), "");
});
