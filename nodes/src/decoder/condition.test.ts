import assert from "node:assert/strict";
import { test } from "node:test";
import { type Denoiser, fakeRunner, type Pack } from "@clipwork/models";
import { tinyManifest, tinyPack } from "../testing/index.ts";
import { decoderFeeds, nullImage, textOf } from "./condition.ts";

const { signal } = new AbortController();
const text = {
  text: "cube",
  embedding: new Float32Array(8).fill(0.5),
  states: new Float32Array(3 * 8),
  mask: Float32Array.of(1, 1, 0),
};
const conditioning = { image: new Float32Array(8).fill(2), noiseLevel: 40, text, keep: { image: 1, text: 0 } } as const;
const stages = tinyManifest.stages;
const decoder: Denoiser = stages.decoder;
const { condition: _, ...alone }: Denoiser = { ...decoder, text: "tiny-clip" };

test("a denoiser without a condition is given image and caption themselves", async () => {
  const models = fakeRunner();
  const feeds = await decoderFeeds(conditioning, alone, "tiny", { models, signal });
  assert.deepEqual(models.calls, []);
  assert.deepEqual(
    Object.entries(feeds).map(([name, { shape }]) => [name, shape]),
    [
      ["image_embedding", [1, 8]],
      ["noise_level", [1]],
      ["text_embedding", [1, 8]],
      ["text_states", [1, 3, 8]],
      ["text_mask", [1, 3]],
      ["keep_image", [1]],
      ["keep_text", [1]],
    ],
  );
  assert.deepEqual([feeds.keep_image!.data[0], feeds.keep_text!.data[0], feeds.noise_level!.data[0]], [1, 0, 40]);
});

test("what a condition makes goes along, with the tokens of the image never masked", async () => {
  const models = fakeRunner();
  const feeds = await decoderFeeds(conditioning, decoder, "tiny", { models, signal });
  assert.deepEqual(
    models.calls.map(({ stage }) => stage),
    ["decoder-condition"],
  );
  assert.deepEqual(feeds.context!.shape, [1, 7, 8]);
  assert.deepEqual([...feeds.context_mask!.data], [1, 1, 1, 1, 1, 1, 0]);
  assert.deepEqual(feeds.context_mask!.shape, [1, 7]);
});

test("a denoiser's text is its own, or that of its condition", () => {
  assert.equal(textOf({ ...decoder, text: "other" }, tinyManifest), "other");
  assert.equal(textOf(decoder, tinyManifest), "tiny-clip");
  assert.equal(textOf({ ...alone, text: undefined as never }, tinyManifest), undefined);
});

const { nullImageEmbedding, ...bare } = stages["decoder-condition"];
const packWith = (more: object): Pack => ({
  ...tinyPack,
  manifest: { ...tinyManifest, stages: { ...stages, "decoder-condition": bare, ...more } },
});
const none = (stage: Denoiser, pack: Pack, models = fakeRunner()) =>
  nullImage(stage, { name: "decoder", length: 8, pack: "tiny" }, { models, pack: () => pack });

test("the null embedding is the denoiser's, else its condition's", async () => {
  assert.deepEqual([...(await none(decoder, tinyPack))], nullImageEmbedding);
  const own = { ...decoder, nullImageEmbedding: [1, 2, 3, 4, 5, 6, 7, 8] };
  assert.deepEqual([...(await none(own, tinyPack))], own.nullImageEmbedding);
});

test("without one, zeros do for a network that has a vector of its own, and for no other", async () => {
  const outputs = () => ({ context: [7, 8] });
  const keeps = fakeRunner({
    stages: { "decoder-condition": { inputs: ["image_embedding", "keep_image"], outputs } },
  });
  assert.deepEqual([...(await none(decoder, packWith({}), keeps))], Array(8).fill(0));
  await assert.rejects(none(decoder, packWith({})), {
    name: "NodeError",
    message: /"tiny" has no image embedding that stands for none/,
    remedy: /scale to 1/,
  });
});
