import assert from "node:assert/strict";
import { test } from "node:test";
import { type NodeDefinition, NodeError } from "@clipwork/engine";
import { encodeText } from "../clip/encode-text.ts";
import { image as imageKind } from "../kinds/image.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { toRgb8 } from "../kinds/pixels.ts";
import type { NodeServices } from "../stage/services.ts";
import { runNode, tinyArrays, tinyManifest, tinyPackWith } from "../testing/index.ts";
import { cosine } from "../vectors/vectors.ts";
import { autoregressivePrior } from "./autoregressive.ts";
import { diffusionPrior } from "./diffusion.ts";

const entry = { file: "image-samples.safetensors", sha256: "0".repeat(64) };
const pack = tinyPackWith({}, { arrays: { ...tinyManifest.arrays, "image-samples": entry } });
const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;

/** Six samples of 1 × 1 pixel, of the colours 0x010203, 0x020406 and so on. */
const samples = {
  pictures: { shape: [6, 1, 1], data: Int32Array.from({ length: 6 }, (_, i) => (i + 1) * 0x010203) },
  embeddings: { shape: [6, 8], data: Float32Array.from({ length: 48 }, (_, i) => Math.sin(i * i)) },
};
const withSamples = (more: object = {}) => ({ ...tinyArrays, "image-samples": { ...samples, ...more } });

/** The samples that a preview shows, by number from 1: cells are 2 pixels apart. */
function numbersIn(value: ImageValue): number[] {
  const { width, height, data } = toRgb8(value);
  assert.deepEqual([width, height], [4, 4]);
  return [0, 3, 12, 15].map((pixel) => {
    const [red, green, blue] = data.subarray(3 * pixel, 3 * pixel + 3);
    assert.deepEqual([green, blue], [2 * red!, 3 * red!]);
    return red!;
  });
}

for (const node of [diffusionPrior, autoregressivePrior] as readonly NodeDefinition<NodeServices>[]) {
  test(`${node.type} shows the four nearest sample pictures, the nearest first, and changes no value by it`, async () => {
    const plain = await runNode(node, { text });
    const { outputs, previews } = await runNode(node, { text }, {}, { pack, arrays: withSamples() });
    assert.deepEqual(outputs, plain.outputs);
    assert.equal(previews.length, plain.previews.length);
    for (const [i, { port, kind, value }] of previews.entries()) {
      assert.deepEqual([port, kind], ["embedding", imageKind.kind]);
      const { embedding } = plain.previews[i]!.value as ImageEmbeddingValue;
      const fit = (k: number) => cosine(samples.embeddings.data.subarray(8 * k - 8, 8 * k), embedding);
      const nearest = [1, 2, 3, 4, 5, 6].sort((a, b) => fit(b) - fit(a)).slice(0, 4);
      assert.deepEqual(numbersIn(value as ImageValue), nearest, `preview ${i}`);
    }
  });

  test(`${node.type} counts no samples in its fingerprint`, () =>
    assert.ok(![...(node.arrays ?? []), ...(node.optionalArrays ?? [])].includes("image-samples")));

  const faults: readonly [what: string, arrays: object][] = [
    ["that are not square", { pictures: { shape: [6, 1, 2], data: new Int32Array(12) } }],
    ["without embeddings", { embeddings: undefined }],
    ["of another space", { embeddings: { shape: [6, 4], data: new Float32Array(24) } }],
    ["with an embedding that is not finite", { embeddings: { shape: [6, 8], data: new Float32Array(48).fill(NaN) } }],
  ];
  for (const [what, arrays] of faults)
    test(`${node.type} refuses samples ${what}, with what to do`, () =>
      assert.rejects(runNode(node, { text }, { pack: "tiny" }, { pack, arrays: withSamples(arrays) }), (error) => {
        assert.ok(error instanceof NodeError && error.remedy, String(error));
        assert.match(
          error.message,
          /"image-samples" of the pack "tiny" are not square pictures with an embedding of 8/,
        );
        return true;
      }));
}
