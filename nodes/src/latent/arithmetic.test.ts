import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode, runWorkflow } from "../testing/index.ts";
import { norm } from "../vectors/vectors.ts";
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

test("the space of the result is checked before a run, its scale is open: what was normalised may be mixed, rescaled and decoded", async () => {
  assert.deepEqual(arithmetic.outputs.embedding?.type.refine, { space: { same: "space" } });
  const node = (type: string, params: object, inputs: object) => ({ type, version: 1, params, inputs });
  const { status, values } = await runWorkflow(
    {
      caption: node("text.prompt", { text: "a cube" }, {}),
      encode: node("clip.encode-text", {}, { text: "caption.text" }),
      prior: node("prior.diffusion", { steps: 2 }, { text: "encode.embedding" }),
      unit: node("latent.arithmetic", { operation: "normalise" }, { embedding: "prior.embedding" }),
      mix: node("latent.mix", {}, { embeddings: "unit.embedding" }),
      back: node(
        "latent.arithmetic",
        { operation: "rescale" },
        { embedding: "mix.embedding", other: "prior.embedding" },
      ),
      decode: node("decoder.sample", { steps: 2 }, { image: "back.embedding" }),
    },
    ["prior", "unit", "back", "decode"],
  );
  assert.equal(status, "finished");
  const lengthOf = (value: unknown) => norm((value as ImageEmbeddingValue).embedding);
  assert.ok(Math.abs(lengthOf(values["unit.embedding"]![0]) - 1) < 1e-6);
  const wanted = lengthOf(values["prior.embedding"]![0]);
  assert.ok(Math.abs(lengthOf(values["back.embedding"]![0]) - wanted) < 1e-5 * wanted);
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
