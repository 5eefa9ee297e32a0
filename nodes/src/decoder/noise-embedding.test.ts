import assert from "node:assert/strict";
import { test } from "node:test";
import { alphaBarAt, cosineSchedule } from "../diffusion/schedule.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { runNode } from "../testing/index.ts";
import { latentManifest, latentModels, latentPack } from "../testing/latents.ts";
import { noiseEmbedding } from "./noise-embedding.ts";
import { decoder } from "./sample.ts";

const mean = Array.from({ length: 8 }, (_, i) => i / 8 - 0.5);
const std = Array.from({ length: 8 }, (_, i) => 1 + i / 10);
const imageNoise = { trainTimesteps: 1000, betas: { kind: "cosine" }, mean, std } as const;
const stages = { ...latentManifest.stages, decoder: { ...latentManifest.stages.decoder, imageNoise } };
const pack = { ...latentPack, manifest: { ...latentManifest, stages } };
const image: ImageEmbeddingValue = { embedding: Float32Array.from({ length: 8 }, (_, i) => Math.sin(i)) };
const noised = async (params: object, given: object = image) =>
  (await runNode(noiseEmbedding, { image: given }, params, { pack })).outputs.image as ImageEmbeddingValue;

test("the standardised embedding keeps √ᾱ of itself at the level, and noise of variance 1 - ᾱ is added", async () => {
  const alphaBar = alphaBarAt(cosineSchedule(1000), 400);
  const [sum, squares] = [new Float64Array(8), new Float64Array(8)];
  const many = 2000;
  for (let seed = 0; seed < many; seed++) {
    const { embedding } = await noised({ level: 400, seed });
    for (const [i, value] of embedding.entries()) {
      const rest = (value - mean[i]!) / std[i]! - Math.sqrt(alphaBar) * ((image.embedding[i]! - mean[i]!) / std[i]!);
      sum[i]! += rest / many;
      squares[i]! += rest ** 2 / many;
    }
  }
  for (let i = 0; i < 8; i++) {
    assert.ok(Math.abs(sum[i]!) < 4 * Math.sqrt((1 - alphaBar) / many), `mean ${i}: ${sum[i]}`);
    assert.ok(Math.abs(squares[i]! / (1 - alphaBar) - 1) < 0.2, `variance ${i}: ${squares[i]}`);
  }
});

test("level 0 adds the little noise of the first timestep, and the level goes along", async () => {
  const { embedding, noiseLevel } = await noised({ level: 0, seed: 3 });
  const errors = embedding.map((value, i) => Math.abs(value - image.embedding[i]!));
  assert.equal(noiseLevel, 0);
  assert.ok(Math.max(...errors) < 0.05 && Math.max(...errors) > 0, String(errors));
  assert.equal((await noised({ level: 999 })).noiseLevel, 999);
});

test("the same seed draws the same noise, another one another", async () => {
  assert.deepEqual(await noised({ level: 10, seed: 1 }), await noised({ level: 10, seed: 1 }));
  assert.notDeepEqual(await noised({ level: 10, seed: 1 }), await noised({ level: 10, seed: 2 }));
});

test("the decoder's network is told the level of the embedding, 0 of one that was not noised and of none", async () => {
  const levels = async (given: ImageEmbeddingValue) => {
    const models = latentModels(["noise_level", "keep_image"]);
    const { calls } = await runNode(decoder, { image: given }, { steps: 1 }, { pack, models });
    return calls
      .filter(({ stage }) => stage === "decoder")
      .map(({ feeds }) => [feeds.noise_level!.data[0], feeds.keep_image!.data[0]]);
  };
  const unguided = [0, 0];
  assert.deepEqual(await levels(await noised({ level: 250 })), [[250, 1], unguided]);
  assert.deepEqual(await levels(image), [[0, 1], unguided]);
});

test("no image stays none, and an embedding is noised once", async () => {
  const none = { ...image, none: true } as const;
  const run = await runNode(noiseEmbedding, { image: none }, {}, { pack });
  assert.deepEqual(run.outputs.image, none);
  assert.deepEqual(run.notices, ["There is no image, so nothing is noised."]);
  await assert.rejects(noised({ level: 9 }, await noised({ level: 7 })), {
    name: "NodeError",
    message: /noised already, to level 7/,
  });
});

test("a level beyond the pack's is refused with the highest", async () => {
  await assert.rejects(noised({ level: 1000 }), { name: "NodeError", message: /end at 999/, remedy: /at most 999/ });
});

test("a pack whose decoder is told no level leaves the embedding as it is, and says so if noise was asked for", async () => {
  const { outputs, notices } = await runNode(noiseEmbedding, { image }, { level: 50_000 });
  assert.equal(outputs.image, image);
  assert.match(notices.join(), /"toybox" is not told how noisy an embedding is/);
  const plain = await runNode(noiseEmbedding, { image });
  assert.deepEqual([plain.outputs.image, plain.notices], [image, []]);
});
