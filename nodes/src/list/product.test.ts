import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode, runWorkflow } from "../testing/index.ts";
import { product } from "./product.ts";

test("each item of the first list goes with every item of the second, in order", async () => {
  const { outputs } = await runNode(product, { first: ["a", "b"], second: [1, 2, 3] });
  assert.deepEqual(outputs, { first: ["a", "a", "a", "b", "b", "b"], second: [1, 2, 3, 1, 2, 3] });
});

test("too many pairs fail before they are made", async () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  await assert.rejects(runNode(product, { first: many, second: many }), {
    message: "1000 items with 1000 are 1000000 pairs; at most 100000 are made.",
    remedy: "Give shorter lists.",
  });
});

test("captions by seeds: what is linked runs once a pair, and each pair once", async () => {
  const node = (type: string, params: object, inputs: object = {}) => ({ type, version: 1, params, inputs });
  const nodes = (count: number) => ({
    text: node("text.prompt", { text: "a cube" }),
    encode: node("clip.encode-text", {}, { text: "text.text" }),
    scales: node("list.range", { from: 1, to: 2, count: 2 }),
    guide: node("guidance.cfg", {}, { scale: "scales.numbers" }),
    seeds: node("list.seeds", { count }),
    pairs: node("list.product", {}, { first: "guide.guidance", second: "seeds.seeds" }),
    prior: node(
      "prior.diffusion",
      { steps: 2 },
      { text: "encode.embedding", guidance: "pairs.first", seed: "pairs.second" },
    ),
  });
  const { values, failures } = await runWorkflow(nodes(3), ["prior"]);
  assert.deepEqual(failures, []);
  const embeddings = (values["prior.embedding"] as { embedding: Float32Array }[]).map(({ embedding }) =>
    embedding.join(),
  );
  assert.equal(new Set(embeddings).size, 6);
});
