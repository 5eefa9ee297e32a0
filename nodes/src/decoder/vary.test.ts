import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeText } from "../clip/encode-text.ts";
import { gaussian } from "../diffusion/philox.ts";
import { cosineSchedule } from "../diffusion/schedule.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { vary } from "./vary.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const image = { embedding: new Float32Array(8).fill(0.5) };
const picture: ImageValue = { width: 8, height: 8, data: Float32Array.from({ length: 192 }, (_, i) => Math.sin(i)) };
const inputs = { picture, image, text, guidance: { scale: 1, negative: "" } };
const decoderCalls = async (params: object) =>
  (await runNode(vary, inputs, params)).calls.filter(({ stage }) => stage === "decoder");

test("strength is the share of the steps that is taken, from the end", async () => {
  const taken = async (strength: number) =>
    (await decoderCalls({ steps: 5, strength })).map(({ feeds }) => feeds.timestep!.data[0]);
  assert.deepEqual(await taken(1), [999, 749, 500, 250, 0]);
  assert.deepEqual(await taken(0.4), [250, 0]);
  assert.deepEqual(await taken(0), []);
});

test("the first step sees the picture, noised to its timestep", async () => {
  const [first] = await decoderCalls({ steps: 5, strength: 0.4, seed: 6 });
  const alphaBar = cosineSchedule(1000).alphaBar[250]!;
  const noise = gaussian(6, "decoder", 0, 192);
  for (const [i, value] of first!.feeds.sample!.data.entries()) {
    const expected = Math.sqrt(alphaBar) * picture.data[i]! + Math.sqrt(1 - alphaBar) * noise[i]!;
    assert.ok(Math.abs(value - expected) < 1e-6);
  }
});

test("at strength 0 the picture is the one that was given", async () => {
  const { outputs, notices } = await runNode(vary, inputs, { strength: 0 });
  assert.deepEqual(outputs.image, picture);
  assert.deepEqual(notices, []);
});

test("a strength that is less than half a step is said to change nothing", async () => {
  const { outputs, notices } = await runNode(vary, inputs, { steps: 5, strength: 0.05 });
  assert.deepEqual(outputs.image, picture);
  assert.match(notices.join(), /"strength" is 0.05: of 5 steps that is none/);
});

test("linked noise stands in for what the seed would add", async () => {
  const noise = { channels: 3, height: 8, width: 8, data: gaussian(6, "decoder", 0, 192) };
  const params = { sampler: "ddim", strength: 0.5 };
  const linked = await runNode(vary, { ...inputs, noise }, { ...params, seed: 1 });
  assert.deepEqual(linked.outputs, (await runNode(vary, inputs, { ...params, seed: 6 })).outputs);
});

test("shows the predicted picture of every step that it takes, and counts these", async () => {
  const { previews, progress } = await runNode(vary, inputs, { steps: 5, strength: 0.6 });
  assert.equal(previews.length, 3);
  assert.deepEqual(progress.at(-1), [3, 3]);
});

test("a picture of another size is refused", async () => {
  const small = { width: 4, height: 4, data: new Float32Array(48) };
  await assert.rejects(runNode(vary, { ...inputs, picture: small }), /The picture is 4 × 4.* paints 8 × 8/);
});

test("stops at the next step when cancelled", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled by the test"));
  await assert.rejects(runNode(vary, inputs, {}, { signal: controller.signal }), /cancelled by the test/);
});
