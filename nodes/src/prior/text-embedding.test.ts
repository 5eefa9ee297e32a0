import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { cosine, norm } from "../vectors/vectors.ts";
import { textEmbeddingPrior } from "./text-embedding.ts";

const embedding = Float32Array.from({ length: 8 }, (_, i) => i - 3);
const text = { text: "cube", embedding, states: new Float32Array(8), mask: new Float32Array(1) };
const numbersOf = (outputs: Record<string, unknown>) => (outputs.embedding as ImageEmbeddingValue).embedding;

test("keeps the direction and takes the norm of the pack's image embeddings", async () => {
  const { outputs, calls } = await runNode(textEmbeddingPrior, { text });
  // The pack's mean is 10 and its deviation 2, in 8 dimensions.
  assert.ok(Math.abs(norm(numbersOf(outputs)) - Math.sqrt(8 * (100 + 4))) < 1e-5);
  assert.ok(cosine(numbersOf(outputs), embedding) > 1 - 1e-12);
  assert.deepEqual(calls, [], "no model is asked");
});

test("its own norm on demand, and, with a notice, where the pack does not say how long its embeddings are", async () => {
  const own = await runNode(textEmbeddingPrior, { text }, { norm: "own" });
  assert.deepEqual([numbersOf(own.outputs), own.notices], [embedding, []]);
  const { normalisation: _, ...prior } = tinyManifest.stages.prior;
  const run = await runNode(textEmbeddingPrior, { text }, {}, { pack: tinyPackWith({ prior }) });
  assert.deepEqual(numbersOf(run.outputs), embedding);
  assert.match(run.notices[0]!, /The pack "toybox" does not say how long/);
});

test("an embedding of zeros stays one", async () => {
  const zeros = { ...text, embedding: new Float32Array(8) };
  assert.deepEqual(numbersOf((await runNode(textEmbeddingPrior, { text: zeros })).outputs), zeros.embedding);
});
