import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner, type StageCall } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import { rowsByStage, runNode, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { invert } from "./invert.ts";
import { decoder } from "./sample.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const image = { embedding: new Float32Array(8).fill(0.5) };
const picture: ImageValue = {
  width: 8,
  height: 8,
  data: Float32Array.from({ length: 192 }, (_, i) => 0.5 * Math.sin(i)),
};

test("the noise has the shape that a decoder starts from, found without guidance and without clamping", async () => {
  const { outputs, calls, progress } = await runNode(invert, { picture, image, text }, { steps: 4, corrections: 0 });
  const noise = outputs.noise as NoiseValue;
  assert.deepEqual([noise.channels, noise.height, noise.width, noise.data.length], [3, 8, 8, 192]);
  assert.deepEqual(rowsByStage(calls), { "decoder-condition": 1, decoder: 4 });
  assert.deepEqual(progress.at(-1), [4, 4]);
  const params = { steps: 4, sampler: "ddim" };
  const again = await runNode(decoder, { image, text, noise, guidance: { scale: 1, negative: "" } }, params);
  assert.equal(again.calls.filter(({ stage }) => stage === "decoder").length, 4);
});

test("the network is given the timesteps of the sampler, from the picture to the noise, and the picture first", async () => {
  const { calls } = await runNode(invert, { picture, image, text }, { corrections: 1 });
  const steps = calls.filter(({ stage }) => stage === "decoder");
  assert.deepEqual(
    steps.map(({ feeds }) => feeds.timestep!.data[0]),
    [0, 0, 500, 500, 999, 999],
  );
  assert.deepEqual(steps[0]!.feeds.sample!.data, picture.data);
});

test("shows x_t, which becomes noise step by step", async () => {
  const { previews, outputs } = await runNode(invert, { picture, image, text }, { steps: 3 });
  assert.deepEqual(
    previews.map(({ port, kind }) => [port, kind]),
    Array(3).fill(["noise", "noise"]),
  );
  assert.deepEqual(previews.at(-1)!.value, outputs.noise);
});

test("a picture of another size is refused by both sizes", async () => {
  const wide = { width: 16, height: 8, data: new Float32Array(384) };
  await assert.rejects(runNode(invert, { picture: wide, image, text }), {
    name: "NodeError",
    message: /The picture is 16 × 8, but this decoder paints 8 × 8/,
    remedy: /"size" is 8/,
  });
});

test("a decoder that predicts something else than epsilon is refused", async () => {
  const { decoder: stage } = tinyManifest.stages;
  const pack = tinyPackWith({ decoder: { ...stage, scheduler: { ...stage.scheduler, prediction: "v" } } });
  await assert.rejects(runNode(invert, { picture, image, text }, {}, { pack }), { message: /predicts v/ });
});

test("stops within a step when cancelled, before it is corrected again", async () => {
  const controller = new AbortController();
  const fake = fakeRunner();
  let asked = 0;
  const models = {
    ...fake,
    run(call: StageCall) {
      if (call.stage === "decoder" && ++asked === 2) controller.abort(new Error("cancelled by the test"));
      return fake.run(call);
    },
  };
  const params = { steps: 4, corrections: 5 };
  const options = { signal: controller.signal, models };
  await assert.rejects(runNode(invert, { picture, image, text }, params, options), /cancelled by the test/);
  assert.equal(asked, 2);
});
