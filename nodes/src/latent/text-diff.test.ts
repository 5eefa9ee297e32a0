import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode } from "../testing/index.ts";
import { cosine, norm } from "../vectors/vectors.ts";
import { textDiff } from "./text-diff.ts";

const vector = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const numbersOf = (outputs: Record<string, unknown>) => [...(outputs.embedding as ImageEmbeddingValue).embedding];
const caption = (...numbers: number[]) => ({
  text: "",
  embedding: Float32Array.from(numbers),
  states: new Float32Array(2),
  mask: new Float32Array(1),
});
const edit = async (inputs: object, position: number) =>
  numbersOf((await runNode(textDiff, inputs, { position })).outputs);
const image = vector(0, 0, 6);

test("turns in the direction of the difference and keeps the norm", async () => {
  const text = caption(1, 0, 0);
  const baseline = caption(0, 1, 0);
  const edited = Float32Array.from(await edit({ image, text, baseline }, 0.5));
  assert.ok(Math.abs(norm(edited) - 6) < 1e-5);
  const [x, y, z] = edited as unknown as [number, number, number];
  assert.ok(x > 0 && Math.abs(x + y) < 1e-6, "towards the one, away from the other");
  assert.ok(Math.abs(z - 6 * Math.SQRT1_2) < 1e-5, "half of a right angle");
});

test("position 0 changes nothing, and the norms of captions do not count", async () => {
  assert.deepEqual(await edit({ image, text: caption(1, 2, 0), baseline: caption(1, 0, 1) }, 0), [0, 0, 6]);
  const edited = await edit({ image, text: caption(1, 2, 0), baseline: caption(1, 0, 1) }, 0.3);
  const longer = await edit({ image, text: caption(5, 10, 0), baseline: caption(1, 0, 1) }, 0.3);
  for (const [i, value] of edited.entries()) assert.ok(Math.abs(value - longer[i]!) < 1e-6);
});

test("without a baseline the caption itself is the direction", async () => {
  const edited = await edit({ image, text: caption(0, 9, 0) }, 1);
  assert.ok(cosine(Float32Array.from(edited), Float32Array.of(0, 1, 0)) > 1 - 1e-12);
  assert.ok(Math.abs(edited[1]! - 6) < 1e-5);
});

test("where there is no direction it says so", async () => {
  const text = caption(1, 2, 3);
  const same = caption(2, 4, 6);
  await assert.rejects(edit({ image, text, baseline: same }, 0.5), {
    message: /same embedding/,
    remedy: /tells apart/,
  });
  const rounded = { image, text: caption(0.1, 0.2, 0.3), baseline: caption(0.7, 1.4, 2.1) };
  await assert.rejects(edit(rounded, 0.5), /same embedding/, "what differs by rounding alone is the same");
  await assert.rejects(edit({ image, text: caption(0, 0, 0) }, 0.5), /embedding of a caption is all zeros/);
  await assert.rejects(edit({ image: vector(0, 0, 0), text }, 0.5), /image embedding is all zeros/);
  await assert.rejects(edit({ image: vector(1, 2), text }, 0.5), /"text" has 3 numbers, but "image" has 2/);
  await assert.rejects(edit({ image: { ...image, none: true }, text }, 0.5), /stands for no image/);
  await assert.rejects(edit({ image, text: caption(0, 0, -1) }, 0.5), /opposite directions/);
});
