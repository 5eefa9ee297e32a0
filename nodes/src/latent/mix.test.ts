import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode } from "../testing/index.ts";
import { mix } from "./mix.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const numbersOf = (outputs: Record<string, unknown>) => [...(outputs.embedding as ImageEmbeddingValue).embedding];
const mixed = async (embeddings: readonly object[], params: object = {}) =>
  numbersOf((await runNode(mix, { embeddings }, params)).outputs);
const [x, y] = [vector(2, 0), vector(0, 4)];

test("without weights it is the mean, as long as the embeddings on average", async () => {
  assert.deepEqual(await mixed([x, y], { norm: "sum" }), [1, 2]);
  const [a, b] = (await mixed([x, y])) as [number, number];
  assert.ok(Math.abs(Math.hypot(a, b) - 3) < 1e-6 && Math.abs(b / a - 2) < 1e-6);
});

test("weights count by their share, and may be negative", async () => {
  assert.deepEqual(await mixed([x, y], { weights: "3, 1", norm: "sum" }), [1.5, 1]);
  assert.deepEqual(await mixed([x, y], { weights: "6,2", norm: "sum" }), [1.5, 1]);
  assert.deepEqual(await mixed([x, y], { weights: "2, -1", norm: "sum" }), [4, -4]);
});

test("one embedding is a mix of itself", async () => {
  assert.deepEqual(await mixed([x]), [2, 0]);
});

test("weights that do not fit are refused by what is wrong with them", async () => {
  await assert.rejects(mixed([x, y], { weights: "1" }), /There are 1 weights for 2 embeddings/);
  await assert.rejects(mixed([x, y], { weights: "1, half" }), /Weight 2 is "half", which is no number/);
  await assert.rejects(mixed([x, y], { weights: "1,," }), /Weight 2 is "", which is no number/);
  await assert.rejects(mixed([x, y], { weights: "1, Infinity" }), /Weight 2 is "Infinity"/);
  await assert.rejects(mixed([x, y], { weights: "1, -1" }), /add up to 0/);
});

test("embeddings that do not go together are refused", async () => {
  await assert.rejects(mixed([x, vector(1, 2, 3)]), /Embedding 2 has 3 numbers, but the first has 2/);
  await assert.rejects(mixed([x, vector(-2, 0)]), { message: /cancel each other out/, remedy: /"sum"/ });
  assert.deepEqual(await mixed([x, vector(-2, 0)], { norm: "sum" }), [0, 0]);
  await assert.rejects(mixed([x, { ...y, none: true }]), /stands for no image/);
});
