import assert from "node:assert/strict";
import { test } from "node:test";
import { testCatalogue } from "../testing/catalogue.ts";
import { nodeNames } from "./names.ts";

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
