import assert from "node:assert/strict";
import { test } from "node:test";
import { guidance } from "./guidance.ts";
import { imageEmbedding } from "./image-embedding.ts";
import { textEmbedding } from "./text-embedding.ts";

const numbers = (length: number) => new Float32Array(length);
const text = { text: "a cube", embedding: numbers(4), states: numbers(6), mask: numbers(3) };

test("a text embedding has its text, an embedding, and states that its tokens share evenly", () => {
  assert.equal(textEmbedding.check(text), undefined);
  assert.match(textEmbedding.check({ ...text, text: 7 } as never)!, /has no text/);
  for (const part of ["embedding", "states", "mask"])
    for (const wrong of [undefined, numbers(0), [1, 2, 3], new Float64Array(3)])
      assert.match(textEmbedding.check({ ...text, [part]: wrong } as never)!, /have to be float32/);
  assert.match(textEmbedding.check({ ...text, states: numbers(7) })!, /3 tokens do not share 7 numbers/);
});

test("an image embedding has at least one float32 number", () => {
  assert.equal(imageEmbedding.check({ embedding: numbers(1) }), undefined);
  for (const embedding of [undefined, numbers(0), [1]])
    assert.match(imageEmbedding.check({ embedding } as never)!, /has no float32 embedding/);
});

test("the noise level of an image embedding is a timestep, if it has one", () => {
  const embedding = numbers(4);
  assert.equal(imageEmbedding.check({ embedding, noiseLevel: 0 }), undefined);
  for (const noiseLevel of [-1, 0.5, "3", null, Number.NaN])
    assert.match(imageEmbedding.check({ embedding, noiseLevel } as never)!, /noise level is no timestep/);
});

test("guidance has a finite scale and a negative caption", () => {
  assert.equal(guidance.check({ scale: 0, negative: "" }), undefined);
  for (const wrong of [null, {}, { scale: 1 }, { scale: Number.NaN, negative: "" }, { scale: "1", negative: "" }])
    assert.match(guidance.check(wrong as never)!, /needs a finite scale and a negative caption/);
});
