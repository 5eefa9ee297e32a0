import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import { decoder } from "../decoder/sample.ts";
import { runNode, tinyManifest, tinyPack } from "../testing/index.ts";
import { noPrior } from "./none.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const { nullImageEmbedding, ...bare } = tinyManifest.stages["decoder-condition"];
const bareStages = { ...tinyManifest.stages, "decoder-condition": bare };
const barePack = { ...tinyPack, manifest: { ...tinyManifest, stages: bareStages } };
const keeps = () => {
  const outputs = () => ({ context: [10, 8], time: [8] });
  return fakeRunner({ stages: { "decoder-condition": { inputs: ["image_embedding", "keep_image"], outputs } } });
};

test("gives the pack's null embedding and says that it is none", async () => {
  const { outputs } = await runNode(noPrior);
  assert.deepEqual(outputs, { embedding: { embedding: Float32Array.from(nullImageEmbedding), none: true } });
});

test("zeros for a network that has a vector of its own, and an error where the pack has neither", async () => {
  const { outputs } = await runNode(noPrior, {}, {}, { pack: barePack, models: keeps() });
  assert.deepEqual(outputs, { embedding: { embedding: new Float32Array(8), none: true } });
  await assert.rejects(runNode(noPrior, {}, {}, { pack: barePack }), /its decoder cannot do without one/);
});

test("a decoder that reads no image embedding needs none", async () => {
  const { condition: _, ...alone } = tinyManifest.stages.decoder;
  const { "decoder-condition": __, ...stages } = tinyManifest.stages;
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages: { ...stages, decoder: alone } } };
  await assert.rejects(runNode(noPrior, {}, {}, { pack }), { message: /reads no image embedding/, remedy: /out/ });
});

test("the decoder puts its own null embedding in both halves of a step, and sets the network's flag for it", async () => {
  const image = { embedding: new Float32Array(8).fill(9), none: true };
  const { calls } = await runNode(decoder, { image, text }, { steps: 1 });
  const conditioning = calls.filter(({ stage }) => stage === "decoder-condition").map(({ feeds }) => feeds);
  assert.deepEqual(
    conditioning.map(({ image_embedding }) => [...image_embedding!.data]),
    [nullImageEmbedding, nullImageEmbedding],
  );
  const models = keeps();
  await runNode(decoder, { image, text }, { steps: 1 }, { pack: barePack, models });
  const kept = models.calls.filter(({ stage }) => stage === "decoder-condition");
  assert.deepEqual(
    kept.map(({ feeds }) => [...feeds.keep_image!.data]),
    [[0], [0]],
  );
});
