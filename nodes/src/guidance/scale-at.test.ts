import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeText } from "../clip/encode-text.ts";
import { decoder } from "../decoder/sample.ts";
import { diffusionPrior } from "../prior/diffusion.ts";
import { rowsByStage, runNode } from "../testing/index.ts";
import { scaleAt } from "./scale-at.ts";

const text = (await runNode(encodeText, { text: "cube" })).outputs.embedding;
const image = { embedding: Float32Array.from({ length: 8 }, (_, i) => i / 8) };
const guidance = (from: number, to: number, schedule: "constant" | "linear" | "cosine" = "constant") => ({
  ...{ scale: 3, negative: "" },
  course: { from, to, schedule },
});
const at = (timestep: number, ...course: Parameters<typeof guidance>) => scaleAt(guidance(...course), timestep, 1000);

test("without a course the scale is the same at every timestep", () => {
  for (const timestep of [999, 400, 0]) assert.equal(scaleAt({ scale: 3, negative: "" }, timestep, 1000), 3);
});

test("the interval counts from noise to sample and holds both its ends", () => {
  assert.deepEqual(
    [999, 750, 749.25, 500, 249.75, 249, 0].map((timestep) => at(timestep, 0.25, 0.75)),
    [1, 1, 3, 3, 3, 1, 1],
  );
  assert.deepEqual([at(999, 0, 0), at(998, 0, 0), at(0, 1, 1), at(1, 1, 1)], [3, 1, 3, 1]);
});

test("linear and cosine rise from no guidance to twice scale - 1 within the interval, with the same mean", () => {
  for (const schedule of ["linear", "cosine"] as const) {
    const scales = Array.from({ length: 1000 }, (_, i) => at(999 - i, 0, 1, schedule));
    assert.deepEqual([scales[0], scales[999]], [1, 5]);
    assert.ok(scales.every((scale, i) => i === 0 || scale >= scales[i - 1]!));
    const mean = scales.reduce((sum, scale) => sum + scale, 0) / scales.length;
    assert.ok(Math.abs(mean - 3) < 1e-9, `${schedule}: ${mean}`);
    assert.deepEqual([at(900, 0.25, 0.75, schedule), at(100, 0.25, 0.75, schedule)], [1, 1]);
    for (const end of [0.75, 0.5]) assert.ok(Math.abs(at(499.5, 1 - end, end, schedule) - 3) < 1e-9);
  }
});

test("a step outside the interval costs the decoder one row, one within it two", async () => {
  const rows = async (from: number, to: number) =>
    rowsByStage((await runNode(decoder, { image, text, guidance: guidance(from, to) }, { steps: 11 })).calls).decoder;
  assert.equal(await rows(0, 1), 22);
  assert.equal(await rows(0, 0.5), 17);
  assert.equal(await rows(0.35, 0.65), 14);
  assert.equal(await rows(1, 1), 12);
});

test("a step outside the interval costs the prior one row, and a linear schedule none more at its beginning", async () => {
  const rows = async (...course: Parameters<typeof guidance>) =>
    rowsByStage((await runNode(diffusionPrior, { text, guidance: guidance(...course) }, { steps: 11 })).calls).prior;
  assert.equal(await rows(0, 0.5), 17);
  assert.equal(await rows(0, 1, "linear"), 21);
});

test("a course that is the whole schedule at a constant scale paints what plain guidance paints", async () => {
  const paint = async (value: object) =>
    (await runNode(decoder, { image, text, guidance: value }, { seed: 4 })).outputs;
  assert.deepEqual(await paint(guidance(0, 1)), await paint({ scale: 3, negative: "" }));
  assert.notDeepEqual(await paint(guidance(0, 0.5)), await paint({ scale: 3, negative: "" }));
});
