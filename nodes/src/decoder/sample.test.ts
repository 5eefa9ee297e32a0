import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner } from "@clipwork/models";
import { encodeText } from "../clip/encode-text.ts";
import { gaussian } from "../diffusion/philox.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { rowsByStage, runNode, tinyManifest, tinyPack, tinyPackWith } from "../testing/index.ts";
import { decoder } from "./sample.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const image = { embedding: Float32Array.from({ length: 8 }, (_, i) => i / 8) };
const pictureOf = (outputs: Record<string, unknown>) => outputs.image as ImageValue;

test("guided: two rows a step, the unguided with the null embedding and the empty caption", async () => {
  const { calls, outputs } = await runNode(decoder, { image, text });
  assert.deepEqual(rowsByStage(calls), { "decoder-condition": 2, "clip-text": 1, decoder: 6 });
  const conditions = calls.filter(({ stage }) => stage === "decoder-condition");
  assert.deepEqual(
    conditions.map(({ feeds }) => [...feeds.image_embedding!.data]),
    [[...image.embedding], Array(8).fill(0.25)],
  );
  const [guided, unguided] = calls.filter(({ stage }) => stage === "decoder");
  assert.deepEqual([...guided!.feeds.context_mask!.data], [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  assert.deepEqual([...unguided!.feeds.context_mask!.data], [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  const { width, height, data } = pictureOf(outputs);
  assert.deepEqual([width, height, data.length], [8, 8, 192]);
  for (const value of data) assert.ok(value >= -1 && value <= 1);
});

test("scale 1: one row a step and no caption encoded", async () => {
  const { calls } = await runNode(decoder, { image, text, guidance: { scale: 1, negative: "cube" } });
  assert.deepEqual(rowsByStage(calls), { "decoder-condition": 1, decoder: 3 });
});

test("the network is given the timestep of each step, not its number", async () => {
  const { calls } = await runNode(decoder, { image, text, guidance: { scale: 1, negative: "" } });
  const timesteps = calls.filter(({ stage }) => stage === "decoder").map(({ feeds }) => feeds.timestep!.data[0]);
  assert.deepEqual(timesteps, [999, 500, 0]);
});

test("the unguided half is conditioned on the negative caption, cut as captions are", async () => {
  const { calls } = await runNode(decoder, { image, text, guidance: { scale: 2, negative: "cube of sand" } });
  const encoded = calls.find(({ stage }) => stage === "clip-text")!;
  assert.deepEqual([...encoded.feeds.ids!.data].slice(0, 5), [100, 4, 2, 4, 101]);
  const unguided = calls.filter(({ stage }) => stage === "decoder")[1]!;
  assert.deepEqual([...unguided.feeds.context_mask!.data], [1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
});

test("the picture is clamped even if the scheduler leaves x0 as it is", async () => {
  const stage = { ...tinyManifest.stages.decoder, scheduler: { ...tinyManifest.stages.decoder.scheduler, clip: null } };
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages: { ...tinyManifest.stages, decoder: stage } } };
  const { outputs, previews } = await runNode(decoder, { image, text }, {}, { pack });
  const beyond = (data: Float32Array) => data.some((value) => Math.abs(value) > 1);
  assert.ok(beyond((previews[0]!.value as ImageValue).data), "the test needs numbers out of range");
  assert.ok(!beyond(pictureOf(outputs).data));
});

test("shows the predicted picture of every step", async () => {
  const { previews, progress } = await runNode(decoder, { image, text }, { steps: 5 });
  assert.deepEqual(
    previews.map(({ port, value }) => [port, (value as ImageValue).data.length]),
    Array(5).fill(["image", 192]),
  );
  assert.deepEqual(progress.at(-1), [5, 5]);
});

test("ddim with eta 0 adds no noise after the first; eta and the sampler change the picture", async () => {
  const run = async (params: object) => pictureOf((await runNode(decoder, { image, text }, params)).outputs).data;
  const ddpm = await run({ seed: 1 });
  const ddim = await run({ seed: 1, sampler: "ddim" });
  assert.notDeepEqual(ddpm, ddim);
  assert.notDeepEqual(ddim, await run({ seed: 1, sampler: "ddim", eta: 1 }));
  assert.deepEqual(ddpm, await run({ seed: 1, eta: 1 }), "eta belongs to ddim alone");
});

test("without a caption the decoder is conditioned on the empty one, and networks with a vector of their own use that", async () => {
  const inputs = ["image_embedding", "text_embedding", "text_states", "keep_text"];
  const stages = { "decoder-condition": { inputs, outputs: () => ({ context: [10, 8], time: [8] }) } };
  const { calls } = await runNode(decoder, { image }, { steps: 1 }, { models: fakeRunner({ stages }) });
  const empty = (await runNode(encodeText, { text: "" })).outputs.embedding as TextEmbeddingValue;
  const conditions = calls.filter(({ stage }) => stage === "decoder-condition").map(({ feeds }) => feeds);
  assert.deepEqual(
    conditions.map(({ image_embedding, keep_text }) => [[...image_embedding!.data], keep_text!.data[0]]),
    [
      [[...image.embedding], 0],
      [Array(8).fill(0.25), 0],
    ],
  );
  for (const { text_embedding } of conditions) assert.deepEqual(text_embedding!.data, empty.embedding);
});

test("without a caption and without an encoder nothing can stand in its place", async () => {
  const { "clip-text": _, ...stages } = tinyManifest.stages;
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages } };
  await assert.rejects(runNode(decoder, { image, guidance: { scale: 1, negative: "" } }, {}, { pack }), {
    name: "NodeError",
    message: /has no encoder for captions, so nothing/,
    remedy: /Link a caption/,
  });
});

test("linked noise stands in for what the seed would draw first, and for nothing drawn later", async () => {
  const length = 3 * 8 * 8;
  const noise: NoiseValue = { channels: 3, height: 8, width: 8, data: gaussian(1, "decoder", 0, length) };
  for (const sampler of ["ddpm", "ddim"]) {
    const run = async (inputs: object, seed: number) =>
      pictureOf((await runNode(decoder, { image, text, ...inputs }, { seed, sampler })).outputs).data;
    assert.deepEqual(await run({ noise }, 1), await run({}, 1));
    if (sampler === "ddim") assert.deepEqual(await run({ noise }, 2), await run({ noise }, 1));
    else assert.notDeepEqual(await run({ noise }, 2), await run({ noise }, 1));
  }
});

test("noise of another shape is refused by its numbers", async () => {
  const noise: NoiseValue = { channels: 3, height: 8, width: 4, data: new Float32Array(96) };
  await assert.rejects(runNode(decoder, { image, text, noise }), {
    name: "NodeError",
    message: /The noise is 3 × 8 × 4, but this sampler starts from 3 × 8 × 8/,
    remedy: /latent.noise/,
  });
});

test("a single step works and stays within bounds", async () => {
  for (const sampler of ["ddpm", "ddim"]) {
    const { data } = pictureOf((await runNode(decoder, { image, text }, { steps: 1, sampler })).outputs);
    for (const value of data) assert.ok(value >= -1 && value <= 1);
  }
});

test("stops at the next step when cancelled", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled by the test"));
  await assert.rejects(runNode(decoder, { image, text }, {}, { signal: controller.signal }), /cancelled by the test/);
});

test("changes none of its inputs", async () => {
  const before = structuredClone({ image, text });
  await runNode(decoder, { image, text });
  assert.deepEqual({ image, text }, before);
});

/** As Kandinsky 2.2's: the image embedding goes straight into the network, which knows of no caption. */
function straight(more: object = {}, inputs: readonly string[] = ["sample", "timestep", "image_embedding"]) {
  const { condition: _, ...decoder } = tinyManifest.stages.decoder;
  const { "decoder-condition": __, ...stages } = tinyManifest.stages;
  const manifest = { ...tinyManifest, stages: { ...stages, decoder: { ...decoder, space: "tiny-clip", ...more } } };
  const outputs = ({ sample }: { readonly [name: string]: readonly number[] }) => ({
    output: [6, ...sample!.slice(1)],
  });
  return { pack: { ...tinyPack, manifest }, models: fakeRunner({ stages: { decoder: { inputs, outputs } } }) };
}

test("a decoder without a condition is given the image embedding itself, and its null one in the unguided row", async () => {
  const nullImageEmbedding = Array<number>(8).fill(0.125);
  const { calls } = await runNode(decoder, { image }, {}, straight({ nullImageEmbedding }));
  const [guided, unguided] = calls.filter(({ stage }) => stage === "decoder");
  assert.deepEqual(Object.keys(guided!.feeds), ["sample", "timestep", "image_embedding"]);
  assert.deepEqual([...guided!.feeds.image_embedding!.data], [...image.embedding]);
  assert.deepEqual([...unguided!.feeds.image_embedding!.data], nullImageEmbedding);
});

test("a network with a vector of its own for no image uses it; one that has neither needs guidance of 1", async () => {
  const own = straight({}, ["sample", "timestep", "image_embedding", "keep_image"]);
  const { calls } = await runNode(decoder, { image }, { steps: 1 }, own);
  assert.deepEqual(
    calls.filter(({ stage }) => stage === "decoder").map(({ feeds }) => feeds.keep_image!.data[0]),
    [1, 0],
  );
  const none = straight();
  await assert.rejects(runNode(decoder, { image }, {}, none), { message: /stands for none/, remedy: /to 1/ });
  const guidance = { scale: 1, negative: "" };
  assert.deepEqual(rowsByStage((await runNode(decoder, { image, guidance }, {}, none)).calls), { decoder: 3 });
});

test("tokens of the image are as many as the condition gives beside those of the caption", async () => {
  const inputs = ["image_embedding", "text_embedding", "text_states"];
  const stages = { "decoder-condition": { inputs, outputs: () => ({ context: [6 + 10, 8], time: [8] }) } };
  const { calls } = await runNode(decoder, { image, text }, { steps: 1 }, { models: fakeRunner({ stages }) });
  const { context_mask } = calls.find(({ stage }) => stage === "decoder")!.feeds;
  assert.deepEqual([...context_mask!.data], [...Array(13).fill(1), 0, 0, 0]);
});

test("where the pack has another network for the decoder's last step, it runs there", async () => {
  const last = { role: "denoiser", file: "last.onnx", sha256: "0".repeat(64), finishes: "decoder" } as const;
  const fake = { inputs: ["sample", "timestep"], outputs: () => ({ output: [6, 8, 8] }) };
  const options = { pack: tinyPackWith({ last }), models: fakeRunner({ stages: { last: fake } }) };
  const { calls } = await runNode(decoder, { image, text, guidance: { scale: 1, negative: "" } }, {}, options);
  assert.deepEqual(
    calls.map(({ stage }) => stage),
    ["decoder-condition", "decoder", "decoder", "last"],
  );
});

test("C10: a decoder's negative caption has the notices of captions, and C11: a negative image without guidance one", async () => {
  const notices = async (guidance: object, more: object = {}) =>
    (await runNode(decoder, { image, text, guidance, ...more })).notices;
  const said = await notices({ scale: 2, negative: "cube cube cube cube on sand" });
  assert.match(said.join("\n"), /negative caption is too long[^\n]*\n.*not trained on "on", "sand", so steering/);
  assert.deepEqual(await notices({ scale: 2, negative: "" }, { negativeImage: image }), []);
  assert.match(
    (await notices({ scale: 1, negative: "" }, { negativeImage: image })).join(),
    /negative image changes nothing/,
  );
});
