import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import type { FileValue } from "../kinds/file.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { writeNpy } from "../kinds/npy.ts";
import { runNode, tinyPackWith } from "../testing/index.ts";
import { exportEmbeddings } from "./export.ts";
import { importEmbeddings } from "./import.ts";

const vector = (first: number) => ({ embedding: Float32Array.from({ length: 8 }, (_, i) => first + i / 3) });
const load = (bytes: Uint8Array, options: object = {}) =>
  runNode(importEmbeddings, {}, { pack: "tiny", file: "asset:0" }, { files: { "asset:0": bytes }, ...options });

test("what latent.export packed and what one embedding is saved as come back bit for bit, in their order", async () => {
  const embeddings = [vector(1), vector(-7), vector(0.1)];
  const { file } = (await runNode(exportEmbeddings, { embeddings })).outputs as { file: FileValue };
  assert.deepEqual((await load(file.bytes)).outputs.embeddings, embeddings);
  assert.deepEqual((await load(writeNpy(vector(5).embedding, 1, 8))).outputs.embeddings, [vector(5)]);
});

test("embeddings share no memory: a long list is kept item by item", async () => {
  const { embeddings } = (await load(writeNpy(new Float32Array(16), 2, 8))).outputs;
  const [first, second] = embeddings as readonly ImageEmbeddingValue[];
  first!.embedding.fill(9);
  assert.deepEqual([...second!.embedding], Array(8).fill(0));
  assert.equal(first!.embedding.buffer.byteLength, 32);
});

const refusals: readonly [what: string, bytes: Uint8Array, message: RegExp, options?: object][] = [
  [
    "a file that is none",
    new TextEncoder().encode("%PDF"),
    /The file "asset:0" cannot be used as embeddings: it is not a NumPy file/,
  ],
  ["no embeddings", writeNpy(new Float32Array(), 0, 8), /holds no embeddings/],
  [
    "what is not finite",
    writeNpy(Float32Array.of(...Array(7).fill(1), Infinity), 1, 8),
    /row 0 has Infinity at place 7/,
  ],
  [
    "another dimension than that of the pack's space",
    writeNpy(new Float32Array(12), 2, 6),
    /have 6 numbers, but those of "tiny-clip", the CLIP space of the pack "tiny", have 8/,
  ],
  [
    "a pack without a space",
    writeNpy(new Float32Array(8), 1, 8),
    /"tiny" has no CLIP space/,
    { pack: { ...tinyPackWith({}), manifest: { ...tinyPackWith({}).manifest, stages: {} } } },
  ],
];
for (const [what, bytes, message, options] of refusals)
  test(`refuses ${what}, with what to do`, () =>
    assert.rejects(load(bytes, options), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    }));
