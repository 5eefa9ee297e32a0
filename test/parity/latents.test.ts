// Arithmetic with embeddings against scipy and numpy, and pictures as CLIP sees them against PIL and onnxruntime in Python.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { loadPack } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { catalogue, type ImageEmbeddingValue, type ImageValue } from "@clipwork/nodes";
import { seePicture } from "../../nodes/src/clip/see-picture.ts";
import { fromRgb8 } from "../../nodes/src/kinds/pixels.ts";
import { cosine } from "../../nodes/src/vectors/vectors.ts";
import { readGolden } from "./golden.ts";
import { nodeRunner } from "./node-run.ts";

type Numbers = readonly number[];
type Golden = {
  readonly positions: Numbers;
  readonly slerps: readonly { readonly from: Numbers; readonly to: Numbers; readonly frames: readonly Numbers[] }[];
  readonly textDiffs: readonly {
    readonly image: Numbers;
    readonly text: Numbers;
    readonly baseline?: Numbers;
    readonly frames: readonly Numbers[];
  }[];
  readonly mixes: readonly {
    readonly vectors: readonly Numbers[];
    readonly cases: readonly { readonly weights: Numbers; readonly sum: Numbers; readonly mean: Numbers }[];
  }[];
  readonly sights: readonly {
    readonly width: number;
    readonly height: number;
    readonly size: number;
    readonly fit: "crop" | "squash";
    readonly bytes: string;
    readonly float32: string;
  }[];
  readonly toybox: {
    readonly width: number;
    readonly height: number;
    readonly sha256: string;
    readonly embedding: Numbers;
  };
};

const golden = readGolden<Golden>("latents");
const pack = await loadPack(join(import.meta.dirname, "..", "..", "packs", "toybox"));
const runner = createOnnxRunner({ packs: new Map([[pack.manifest.name, pack]]), threads: 2 });
after(() => runner.close());
const runNode = nodeRunner({ catalogue, pack, runner });

const embedding = (numbers: Numbers) => ({ embedding: Float32Array.from(numbers) });
const caption = (numbers: Numbers) => ({
  ...embedding(numbers),
  text: "",
  states: new Float32Array(1),
  mask: new Float32Array(1),
});
const embeddingOf = ({ outputs }: Awaited<ReturnType<typeof runNode>>) =>
  (outputs.embedding as ImageEmbeddingValue).embedding;

/** Within 1e-6 of the longest number: relative to the vector, not to numbers that happen to be near 0. */
function assertRelative(actual: Float32Array, expected: Numbers, what: string): void {
  assert.equal(actual.length, expected.length);
  const size = Math.max(...expected.map(Math.abs));
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(actual[i]! - value) <= 1e-6 * size, `${what}, ${i}: ${actual[i]}, not ${value}`);
}

test("slerp goes as scipy's geometric_slerp does, within 1e-6", async () => {
  for (const [index, { from, to, frames }] of golden.slerps.entries())
    for (const [i, position] of golden.positions.entries()) {
      const ends = { from: embedding(from), to: embedding(to) };
      const found = embeddingOf(await runNode("latent.slerp", ends, { position }));
      assertRelative(found, frames[i]!, `pair ${index + 1} at ${position}`);
    }
});

test("a text diff turns the embedding as numpy and scipy turn it, within 1e-6", async () => {
  for (const { image, text, baseline, frames } of golden.textDiffs)
    for (const [i, position] of golden.positions.entries()) {
      const from = baseline ? { baseline: caption(baseline) } : {};
      const inputs = { image: embedding(image), text: caption(text), ...from };
      const found = embeddingOf(await runNode("latent.text-diff", inputs, { position }));
      assertRelative(found, frames[i]!, `${baseline ? "with" : "without"} a baseline at ${position}`);
    }
});

test("a mix is numpy's weighted average, within 1e-6", async () => {
  for (const { vectors, cases } of golden.mixes)
    for (const { weights, sum, mean } of cases) {
      const inputs = { embeddings: vectors.map(embedding) };
      for (const [norm, expected] of [
        ["sum", sum],
        ["mean", mean],
      ] as const) {
        const found = embeddingOf(await runNode("latent.mix", inputs, { weights: weights.join(", "), norm }));
        assertRelative(found, expected, `${norm} of ${weights}`);
      }
    }
});

/** The golden's picture: waves, edges and a little noise, in whole numbers. */
function picture(width: number, height: number): ImageValue {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [channel, x, y] = [i % 3, Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const waves = x * 5 + y * 3 + channel * 40;
    const edges = 90 * ((Math.floor(x / 7) + Math.floor(y / 5)) % 2);
    return (waves + edges + ((x * y * 7 + channel * 11) % 23)) % 256;
  });
  return fromRgb8({ width, height, data });
}

test("pictures are seen as PIL sees them in float32, within a hundredth of a byte", () => {
  for (const { width, height, size, fit, float32 } of golden.sights) {
    const { data } = seePicture(picture(width, height), { size, fit });
    const expected = new Float32Array(Uint8Array.from(Buffer.from(float32, "base64")).buffer);
    assert.equal(data.length, expected.length);
    for (const [i, value] of expected.entries()) {
      const clipped = Math.min(Math.max(value, 0), 255);
      assert.ok(
        Math.abs((data[i]! / 2 + 0.5) * 255 - clipped) < 0.01,
        `${width} × ${height} to ${size} by ${fit}: ${i}`,
      );
    }
  }
});

test("pictures are seen as transformers' preprocessing sees them, within five bytes of 255 and 0.4 on average", () => {
  // PIL rounds and clips to bytes behind each of its two passes; these pictures are full of edges, where that shows most.
  for (const { width, height, size, fit, bytes } of golden.sights) {
    const { data } = seePicture(picture(width, height), { size, fit });
    const errors = [...Buffer.from(bytes, "base64")].map((byte, i) => Math.abs((data[i]! / 2 + 0.5) * 255 - byte));
    const [worst, mean] = [Math.max(...errors), errors.reduce((sum, error) => sum + error, 0) / errors.length];
    assert.ok(
      worst <= 5 && mean <= 0.4,
      `${width} × ${height} to ${size} by ${fit}: ${worst} at most, ${mean} on average`,
    );
  }
});

test("the toybox's encoder sees a picture as it does in Python behind PIL: cosine above 0.9999", async () => {
  const { width, height, sha256, embedding } = golden.toybox;
  const stage = pack.manifest.stages["clip-image"]!;
  assert.equal(
    (stage as { sha256?: string }).sha256,
    sha256,
    "The golden is of another pack: run `training/.venv/bin/python -m training.export.latent_goldens` and commit it.",
  );
  const found = embeddingOf(await runNode("clip.encode-image", { image: picture(width, height) }));
  const fit = cosine(found, Float32Array.from(embedding));
  assert.ok(fit > 0.9999, String(fit));
});
