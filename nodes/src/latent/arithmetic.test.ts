import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode } from "../testing/index.ts";
import { arithmetic } from "./arithmetic.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const numbersOf = (outputs: Record<string, unknown>) => [...(outputs.embedding as ImageEmbeddingValue).embedding];
const calculated = async (inputs: object, params: object = {}) =>
  numbersOf((await runNode(arithmetic, inputs, params)).outputs);
const [embedding, other] = [vector(3, 4), vector(1, -2)];

test("adds and subtracts a multiple of the other embedding", async () => {
  assert.deepEqual(await calculated({ embedding, other }), [4, 2]);
  assert.deepEqual(await calculated({ embedding, other }, { weight: 0.5 }), [3.5, 3]);
  assert.deepEqual(await calculated({ embedding, other }, { operation: "subtract", weight: 2 }), [1, 8]);
});

test("normalises to length 1 and rescales to a norm, its own or that of the other", async () => {
  assert.deepEqual(await calculated({ embedding }, { operation: "normalise" }), [Math.fround(0.6), Math.fround(0.8)]);
  assert.deepEqual(await calculated({ embedding }, { operation: "rescale", norm: 10 }), [6, 8]);
  const like = vector(0, 20);
  assert.deepEqual(await calculated({ embedding, other: like }, { operation: "rescale" }), [12, 16]);
  assert.deepEqual(await calculated({ embedding, other: like }, { operation: "rescale", norm: 5 }), [3, 4]);
});

test("says what it lacks", async () => {
  for (const operation of ["add", "subtract"])
    await assert.rejects(calculated({ embedding }, { operation }), {
      message: `Nothing is linked to "other", which ${operation} needs.`,
      remedy: "Link an embedding to it.",
    });
  await assert.rejects(calculated({ embedding }, { operation: "rescale" }), { remedy: /or set "norm"/ });
  await assert.rejects(calculated({ embedding: vector(0, 0) }, { operation: "normalise" }), /all zeros/);
  await assert.rejects(calculated({ embedding, other: vector(1) }), /"other" has 1 numbers, but "embedding" has 2/);
  await assert.rejects(calculated({ embedding, other: { ...other, none: true } }), /stands for no image/);
});
