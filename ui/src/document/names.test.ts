import assert from "node:assert/strict";
import { test } from "node:test";
import { testCatalogue } from "../testing/catalogue.ts";
import { nodeNames, sentenceInTitles } from "./names.ts";

test("nodes are called by the titles of their types, numbered from the second of a title on; unknown types by their names", () => {
  const node = (type: string) => ({ type, version: 1 });
  const nodes = {
    a: node("text.prompt"),
    b: node("image.load"),
    c: node("text.prompt"),
    d: node("future.node"),
    e: node("future.node"),
  };
  const prompt = testCatalogue.get("text.prompt")!.title;
  assert.deepEqual(
    [...nodeNames(nodes, testCatalogue)],
    [
      ["a", prompt],
      ["b", testCatalogue.get("image.load")!.title],
      ["c", `${prompt} 2`],
      ["d", "future.node"],
      ["e", "future.node 2"],
    ],
  );
});

test("a failure that begins with the id of its node has the node's name there", () => {
  const names = new Map([["sample", "Decoder"]]);
  const catalogue = new Map();
  assert.equal(
    sentenceInTitles('sample: "sample.image" is too large.', names, catalogue),
    "Decoder: “Decoder: image” is too large.",
  );
  assert.equal(sentenceInTitles("other: too large.", names, catalogue), "other: too large.");
  assert.equal(sentenceInTitles("Too large.", names, catalogue), "Too large.");
});
