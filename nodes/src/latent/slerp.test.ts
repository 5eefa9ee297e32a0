import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode, runWorkflow } from "../testing/index.ts";
import { slerpEmbeddings } from "./slerp.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const numbersOf = (outputs: Record<string, unknown>) => [...(outputs.embedding as ImageEmbeddingValue).embedding];
const none = { ...vector(1, 2), none: true };

test("goes from one embedding to the other by the angle", async () => {
  const half = numbersOf((await runNode(slerpEmbeddings, { from: vector(4, 0), to: vector(0, 2) })).outputs);
  assert.deepEqual(half, [Math.fround(3 * Math.SQRT1_2), Math.fround(3 * Math.SQRT1_2)]);
});

test("positions 0 and 1 are the two embeddings bit for bit", async () => {
  const [from, to] = [vector(0.1, -3), vector(7, 0.3)];
  for (const [position, end] of [
    [0, from],
    [1, to],
  ] as const) {
    const { outputs } = await runNode(slerpEmbeddings, { from, to }, { position });
    assert.deepEqual(outputs.embedding, end);
  }
});

test("what has no way in between says so and what to do", async () => {
  const between = (from: object, to: object, position = 0.5) =>
    (async () => runNode(slerpEmbeddings, { from, to }, { position }))();
  await assert.rejects(between(vector(1, 2), vector(-1, -2)), { message: /opposite directions/, remedy: /0 or 1/ });
  await assert.rejects(between(vector(1, 2), vector(0, 0)), /One of the two ends is all zeros/);
  await assert.rejects(between(vector(1, 2), vector(1, 2, 3)), /"to" has 3 numbers, but "from" has 2/);
  await assert.rejects(between(vector(1, 2), none), { message: /stands for no image/, remedy: /prior\.none/ });
  assert.deepEqual(numbersOf((await between(vector(1, 2), vector(-1, -2), 1)).outputs), [-1, -2]);
});

test("a list of positions makes a series, one run of the priors for all of it", async () => {
  const node = (type: string, inputs: object = {}, params: object = {}) => ({ type, version: 1, inputs, params });
  const { status, values, calls } = await runWorkflow(
    {
      caption: node("text.prompt", {}, { text: "cube" }),
      encode: node("clip.encode-text", { text: "caption.text" }),
      one: node("prior.diffusion", { text: "encode.embedding" }, { seed: 1 }),
      two: node("prior.diffusion", { text: "encode.embedding" }, { seed: 2 }),
      positions: node("list.range", {}, { from: 0, to: 1, count: 5 }),
      between: node("latent.slerp", { from: "one.embedding", to: "two.embedding", position: "positions.numbers" }),
    },
    ["one", "two", "between"],
  );
  assert.equal(status, "finished");
  assert.equal(values["between.embedding"]!.length, 5);
  assert.deepEqual(values["between.embedding"]!.at(0), values["one.embedding"]![0]);
  assert.deepEqual(values["between.embedding"]!.at(-1), values["two.embedding"]![0]);
  assert.equal(calls.filter(({ stage }) => stage === "prior").length, 2 * 2 * 3);
});
