import assert from "node:assert/strict";
import { test } from "node:test";
import { expandPlan, memoryCache } from "@clipwork/engine";
import { testEnvironment, validateJson } from "@clipwork/engine/testing";
import type { Manifest } from "@clipwork/models";
import { catalogue, type NodeServices, packFacts } from "../index.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode, tinyManifest, tinyPack, tinyPackWith } from "../testing/index.ts";
import { encodeImage } from "./encode-image.ts";

const picture = (width: number, height: number): ImageValue => ({
  width,
  height,
  data: Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(i)),
});

test("runs clip-image on one row and gives its embedding, raw", async () => {
  const image = picture(8, 8);
  const { outputs, calls, notices } = await runNode(encodeImage, { image });
  assert.deepEqual(
    calls.map(({ stage, feeds }) => [stage, Object.keys(feeds), feeds.image!.shape]),
    [["clip-image", ["image"], [1, 3, 8, 8]]],
  );
  // Mean and deviation of 1/2 make [-1, 1] of [-1, 1].
  for (const [i, value] of image.data.entries()) assert.ok(Math.abs(calls[0]!.feeds.image!.data[i]! - value) < 1e-6);
  assert.equal((outputs.embedding as ImageEmbeddingValue).embedding.length, 8);
  assert.deepEqual(notices, []);
});

test("mean, deviation and fit are those of the encoder's own space", async () => {
  const sight = { size: 4, mean: [0, 0.5, 1], std: [1, 0.5, 0.25], fit: "squash" } as const;
  const spaces = { ...tinyManifest.spaces, other: { id: "1".repeat(64), dimension: 8, image: sight } };
  const stage = { ...tinyManifest.stages["clip-image"], space: "other" };
  const pack = tinyPackWith({ "clip-image": stage }, { spaces });
  const image = { width: 8, height: 2, data: new Float32Array(48) };
  const { calls, previews } = await runNode(encodeImage, { image }, {}, { pack });
  const { shape, data } = calls[0]!.feeds.image!;
  assert.deepEqual(shape, [1, 3, 4, 4]);
  assert.deepEqual([data[0], data[16], data[32]], [0.5, 0, -2]);
  assert.deepEqual([(previews[0]!.value as ImageValue).width, (previews[0]!.value as ImageValue).height], [4, 4]);
});

test("shows what CLIP sees of the picture", async () => {
  const { previews } = await runNode(encodeImage, { image: picture(30, 20) });
  assert.deepEqual(
    previews.map(({ port, kind }) => [port, kind]),
    [["embedding", "image"]],
  );
  const { width, height } = previews[0]!.value as ImageValue;
  assert.deepEqual([width, height], [8, 8]);
});

test("a picture of any size is encoded, and left as it was", async () => {
  for (const [width, height] of [
    [1, 1],
    [2, 300],
    [300, 2],
    [64, 48],
  ] as const) {
    const image = picture(width, height);
    const before = structuredClone(image);
    const { calls, outputs } = await runNode(encodeImage, { image });
    assert.deepEqual(calls[0]!.feeds.image!.shape, [1, 3, 8, 8]);
    assert.ok((outputs.embedding as ImageEmbeddingValue).embedding.every(Number.isFinite));
    assert.deepEqual(image, before);
  }
});

test("says which stage a pack lacks; a cancelled item calls no model", async () => {
  const { "clip-image": _, ...stages } = tinyManifest.stages;
  const pack = { ...tinyPack, manifest: { ...tinyManifest, stages } };
  const run = runNode(encodeImage, { image: picture(8, 8) }, {}, { pack });
  await assert.rejects(run, { message: /no stage "clip-image"/, remedy: /Choose a pack/ });
  const controller = new AbortController();
  controller.abort(new Error("cancelled by the test"));
  const cancelled = runNode(encodeImage, { image: picture(8, 8) }, {}, { signal: controller.signal });
  await assert.rejects(cancelled, /cancelled by the test/);
});

/** The toybox's image encoder in packs that hold more and less, linked to the decoder of the whole pack. */
const { "clip-image": clipImage } = tinyManifest.stages;
const { image: sight, id } = tinyManifest.spaces["tiny-clip"];
const other = { id: "1".repeat(64), dimension: 8 };
const manifests: { readonly [name: string]: Manifest } = {
  whole: tinyManifest,
  alone: { ...tinyManifest, stages: { "clip-image": clipImage } },
  "with a decoder of another space first": {
    ...tinyManifest,
    spaces: { other, eyes: { id, dimension: 8, image: sight } },
    stages: {
      "decoder-condition": { ...tinyManifest.stages["decoder-condition"], space: "other" },
      decoder: tinyManifest.stages.decoder,
      "clip-image": { ...clipImage, space: "eyes" },
    },
  },
};
const packs = Object.fromEntries(Object.entries(manifests).map(([name, manifest]) => [name, packFacts({ manifest })]));
const environment = testEnvironment<NodeServices>([...catalogue.values()], {
  packs,
  files: { "picture.png": { digest: "one" } },
});

for (const pack of Object.keys(manifests)) {
  test(`the embedding's space and its digest are the encoder's own: the pack ${pack}`, async () => {
    const nodes = {
      load: { type: "image.load", version: 1, params: { file: "picture.png" } },
      look: { type: "clip.encode-image", version: 1, inputs: { image: "load.image" }, params: { pack } },
      caption: { type: "text.prompt", version: 1, params: { text: "cube" } },
      read: { type: "clip.encode-text", version: 1, inputs: { text: "caption.text" }, params: { pack: "whole" } },
      decode: {
        type: "decoder.sample",
        version: 1,
        inputs: { image: "look.embedding", text: "read.embedding" },
        params: { pack: "whole" },
      },
    };
    const { plan, problems } = validateJson({ format: "clipwork/1", nodes }, environment, { targets: ["decode"] });
    assert.deepEqual(problems, []);
    const { nodes: expanded } = await expandPlan(plan!, memoryCache());
    const { key } = expanded.find(({ state }) => state.plan.id === "look")!;
    assert.deepEqual(key!().stages, [["clip-image", packs.whole!.stages["clip-image"]]]);
  });
}
