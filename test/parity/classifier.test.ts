// The classifier in ONNX follows torch: training/judge/classifier_goldens.py wrote what torch makes of one render.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { inflateSync } from "node:zlib";
import { loadPack, type Score } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { classify } from "../../nodes/src/evaluate/classify.ts";
import { fromRgb8 } from "../../nodes/src/kinds/pixels.ts";
import { assertClose, type GoldenArray, numbers, readGolden } from "./golden.ts";

const golden = readGolden<{
  readonly pixels: string;
  readonly features: GoldenArray;
  readonly logits: { readonly [head: string]: GoldenArray };
}>("classifier");
const planes = inflateSync(Buffer.from(golden.pixels, "base64"));
const size = 64;
const pixel = (i: number) => planes[(i % 3) * size * size + Math.floor(i / 3)]!;
const image = fromRgb8({ width: size, height: size, data: Uint8Array.from(planes, (_, i) => pixel(i)) });
const pack = await loadPack(join(import.meta.dirname, "../../packs/toybox"));
const models = createOnnxRunner({ packs: new Map([["toybox", pack]]), threads: 1 });
after(() => models.close());
const stage = pack.manifest.stages.classifier as Score;

test("features and the logits of every head are torch's to 1e-5", async () => {
  const feeds = { image: { shape: [1, 3, size, size], data: image.data } };
  const outputs = await models.run({ pack: "toybox", stage: "classifier", feeds });
  assert.deepEqual(Object.keys(outputs).sort(), ["features", ...Object.keys(stage.heads!)].sort());
  for (const [name, expected] of Object.entries({ features: golden.features, ...golden.logits })) {
    const found = outputs[name]!.data as Float32Array;
    const scale = Math.max(1, ...numbers(expected).map(Math.abs));
    assertClose(found, numbers(expected), 1e-5 * scale, name);
  }
  assert.equal(golden.features.shape[1], stage.features);
});

test("the labels that are read are those of the largest logits", async () => {
  const host = { models, signal: new AbortController().signal };
  const [reading, again] = await classify([image, image], { name: "classifier", stage }, "toybox", host, () => {});
  assert.deepEqual(reading, again);
  for (const [head, logits] of Object.entries(golden.logits)) {
    const values = [...numbers(logits)];
    assert.equal(reading!.labels[head], stage.heads![head]![values.indexOf(Math.max(...values))], head);
    const total = values.reduce((sum, value) => sum + Math.exp(value - Math.max(...values)), 0);
    assert.ok(Math.abs(reading!.probabilities[head]! - 1 / total) < 1e-5, head);
  }
});
