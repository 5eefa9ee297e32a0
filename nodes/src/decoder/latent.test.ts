import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import { cosineSchedule } from "../diffusion/schedule.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { LatentValue } from "../kinds/latent.ts";
import type { MaskValue } from "../kinds/mask.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import { rowsByStage, runNode } from "../testing/index.ts";
import { latentManifest, latentModels, latentPack } from "../testing/latents.ts";
import { inpaint } from "./inpaint.ts";
import { invert } from "./invert.ts";
import { decoder } from "./sample.ts";
import { vary } from "./vary.ts";

const { scale } = latentManifest.latents["tiny-vae"];
const image = { embedding: new Float32Array(8).fill(0.5) };
const own = () => ({ pack: latentPack, models: latentModels() });
const paint = (params: object = {}, inputs: object = {}) => runNode(decoder, { image, ...inputs }, params, own());
const sizes = ({ outputs }: { outputs: Record<string, unknown> }) => {
  const { width, height } = outputs.image as ImageValue;
  const latent = outputs.latent as LatentValue;
  return [width, height, latent.channels, latent.width, latent.height];
};

test("a decoder of latents returns its latent, and the picture that the autoencoder sees in it", async () => {
  const run = await paint();
  assert.deepEqual(sizes(run), [8, 8, 4, 4, 4]);
  assert.deepEqual(rowsByStage(run.calls), { decoder: 6, "latent-decoder": 1 });
  const { feeds } = run.calls.at(-1)!;
  assert.deepEqual(feeds.latent!.data, (run.outputs.latent as LatentValue).data);
});

test("the latent is not scaled: it is the sample divided by the scale of its space", async () => {
  const { previews, outputs } = await paint({ sampler: "ddim" });
  const last = outputs.latent as LatentValue;
  for (const value of last.data) assert.ok(Math.abs(value * scale) <= 1, "x0 is clipped to 1 before it is divided");
  assert.ok(last.data.some((value) => Math.abs(value) > 1));
  assert.deepEqual(previews.at(-1)!.value, last, "the last predicted sample, in the same numbers");
});

test("every step shows a latent in the place of the picture", async () => {
  const { previews } = await paint({ steps: 5 });
  assert.deepEqual(
    previews.map(({ port, kind }) => [port, kind]),
    Array(5).fill(["image", "latent"]),
  );
});

test("width and height are pixels; noise has a size of its own", async () => {
  assert.deepEqual(sizes(await paint({ width: 12, height: 4 })), [12, 4, 4, 6, 2]);
  const noise: NoiseValue = { channels: 4, height: 2, width: 6, data: gaussian(1, "decoder", 0, 48) };
  assert.deepEqual(sizes(await paint({ seed: 3 }, { noise })), [12, 4, 4, 6, 2]);
  const drawn = (await paint({ seed: 1, sampler: "ddim", width: 12, height: 4 })).outputs.latent;
  assert.deepEqual((await paint({ seed: 2, sampler: "ddim" }, { noise })).outputs.latent, drawn);
  await assert.rejects(paint({ width: 8, height: 8 }, { noise }), /noise is 4 × 2 × 6, but this sampler .* 4 × 4 × 4/);
});

test("a size that the decoder does not paint is refused with those that it does", async () => {
  for (const size of [{ width: 10 }, { height: 36 }])
    await assert.rejects(paint(size), {
      name: "NodeError",
      message: /but this decoder paints sides from 4 to 32 pixels that are multiples of 4\.$/,
      remedy: 'Set "width" and "height" to such sizes, or leave them empty.',
    });
});

test("a negative image takes the place of what stands for no image in the unguided half", async () => {
  const rows = async (inputs: object) =>
    (await paint({ steps: 1 }, inputs)).calls
      .filter(({ stage }) => stage === "decoder")
      .map(({ feeds }) => feeds.image_embedding!.data[0]);
  assert.deepEqual(await rows({}), [0.5, 0.25]);
  assert.deepEqual(await rows({ negativeImage: { embedding: new Float32Array(8).fill(-1) } }), [0.5, -1]);
  const none = { embedding: new Float32Array(8).fill(9), none: true };
  assert.deepEqual(await rows({ negativeImage: none }), [0.5, 0.25]);
});

test("a pack whose latents nothing decodes is refused before the first step", async () => {
  const { "latent-decoder": _, ...stages } = latentManifest.stages;
  const models = latentModels();
  const pack = { ...latentPack, manifest: { ...latentManifest, stages } };
  await assert.rejects(runNode(decoder, { image }, {}, { pack, models }), {
    name: "NodeError",
    message: /"tiny-latent" has no stage "latent-decoder" for the latents of "tiny-vae"/,
  });
  assert.deepEqual(models.calls, []);
});

const picture: ImageValue = { width: 8, height: 4, data: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i)) };
const guidance = { scale: 1, negative: "" };

test("a picture is varied as a latent, of the picture's size", async () => {
  const { calls, outputs } = await runNode(vary, { picture, image, guidance }, { strength: 0.4, steps: 5 }, own());
  assert.deepEqual(rowsByStage(calls), { "latent-encoder": 1, decoder: 2, "latent-decoder": 1 });
  const { width, height } = outputs.image as ImageValue;
  assert.deepEqual([width, height], [8, 4]);
  const { shape, data } = calls[1]!.feeds.sample!;
  assert.deepEqual(shape, [1, 4, 2, 4]);
  const feeds = { image: { shape: [1, 3, 4, 8], data: picture.data } };
  const encoded = (await latentModels().run({ pack: "", stage: "latent-encoder", feeds })).latent!.data;
  const alphaBar = cosineSchedule(1000).alphaBar[250]!;
  const noise = gaussian(0, "decoder", 0, 32);
  for (const [i, value] of data.entries()) {
    const expected = Math.sqrt(alphaBar) * encoded[i]! * scale + Math.sqrt(1 - alphaBar) * noise[i]!;
    assert.ok(Math.abs(value - expected) < 1e-6);
  }
});

test("inpainting holds the cells that the mask does not touch, and the picture's own pixels", async () => {
  const mask: MaskValue = { width: 8, height: 4, data: Float32Array.from({ length: 32 }, (_, i) => (i === 2 ? 1 : 0)) };
  const { calls, outputs } = await runNode(
    inpaint,
    { picture, mask, image, guidance },
    { steps: 2, resample: 1 },
    own(),
  );
  const alone = await runNode(inpaint, { picture, mask, image, guidance }, { steps: 2, resample: 1 }, own());
  assert.deepEqual(outputs, alone.outputs);
  const finished = calls.find(({ stage }) => stage === "latent-decoder")!.feeds.latent!.data;
  const models = latentModels();
  const feeds = { image: { shape: [1, 3, 4, 8], data: picture.data } };
  const encoded = (await models.run({ pack: "", stage: "latent-encoder", feeds })).latent!.data;
  const held = finished.map((value, i) => Number(Math.abs(value - (encoded[i]! * scale) / scale) < 1e-6));
  for (const [i, same] of held.entries()) assert.equal(same, i % 8 === 1 ? 0 : 1, `cell ${i}`);
  for (const [i, value] of (outputs.image as ImageValue).data.entries())
    if (i % 32 !== 2) assert.equal(value, picture.data[i]);
});

test("inversion leads to noise of the latent's shape", async () => {
  const { outputs } = await runNode(invert, { picture, image }, { steps: 3 }, own());
  const { channels, width, height } = outputs.noise as NoiseValue;
  assert.deepEqual([channels, width, height], [4, 4, 2]);
});
