import assert from "node:assert/strict";
import { test } from "node:test";
import { countNodes } from "./count-nodes.ts";

const node = (type: string) => ({ type, version: 1 });

test("nodes are counted by what they are, in subgraphs as well", () => {
  const inside = { title: "Grainy", inputs: {}, outputs: {}, nodes: { a: node("film.grain"), b: node("text.prompt") } };
  const workflow = {
    format: "clipwork/1" as const,
    nodes: { a: node("film.grain"), b: node("film.negative"), c: node("image.load"), d: node("subgraph.grainy") },
    definitions: { grainy: inside as never },
  };
  assert.equal(
    countNodes(workflow, ({ type }) => type.startsWith("film.")),
    3,
  );
  assert.equal(
    countNodes({ format: "clipwork/1", nodes: {} }, () => true),
    0,
  );
});
