import assert from "node:assert/strict";
import { test } from "node:test";
import { vectorsOf } from "./vectors-of.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });

test("the numbers of embeddings, as they are", () => {
  const [a, b] = [vector(1, 2), vector(3, 4)];
  const [first, second] = vectorsOf([a, b]);
  assert.equal(first, a.embedding);
  assert.equal(second, b.embedding);
});

test("embeddings of two lengths are refused by what the user calls them", () => {
  assert.throws(() => vectorsOf([vector(1, 2), vector(1, 2), vector(1)]), {
    name: "NodeError",
    message: "Embedding 3 has 1 numbers, but the first has 2.",
    remedy: "Give embeddings of one CLIP space.",
  });
  const name = (index: number) => ["from", "to"][index]!;
  assert.throws(() => vectorsOf([vector(1, 2), vector(1)], name), /^NodeError: to has 1 numbers, but from has 2\./);
});

test("an embedding that stands for no image is refused", () => {
  assert.throws(() => vectorsOf([vector(1, 2), { ...vector(1, 2), none: true }]), {
    message: /stands for no image/,
    remedy: "Link prior.none to a decoder alone.",
  });
});
