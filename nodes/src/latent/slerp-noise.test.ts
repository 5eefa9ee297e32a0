import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import { runNode } from "../testing/index.ts";
import { norm } from "../vectors/vectors.ts";
import { slerpNoise } from "./slerp-noise.ts";

const noise = (seed: number, side = 8): NoiseValue => ({
  channels: 3,
  height: side,
  width: side,
  data: gaussian(seed, "decoder", 0, 3 * side * side),
});
const between = async (from: NoiseValue, to: NoiseValue, position: number) =>
  (await runNode(slerpNoise, { from, to }, { position })).outputs.noise as NoiseValue;

test("noise in between is as strong as noise, which a straight line would not be", async () => {
  const [from, to] = [noise(1), noise(2)];
  const half = await between(from, to, 0.5);
  const expected = (norm(from.data) + norm(to.data)) / 2;
  assert.ok(Math.abs(norm(half.data) - expected) < 1e-3);
  assert.ok(norm(from.data.map((value, i) => (value + to.data[i]!) / 2)) < 0.85 * expected);
  assert.deepEqual([half.channels, half.height, half.width], [3, 8, 8]);
});

test("positions 0 and 1 are the two noises bit for bit, and neither is changed", async () => {
  const [from, to] = [noise(1), noise(2)];
  const before = structuredClone([from, to]);
  assert.deepEqual([await between(from, to, 0), await between(from, to, 1)], before);
  await between(from, to, 0.3);
  assert.deepEqual([from, to], before);
});

test("noises of two sizes are refused, and opposite ones", async () => {
  await assert.rejects(between(noise(1), noise(2, 4), 0.5), /"from" is 3 × 8 × 8, but "to" is 3 × 4 × 4/);
  const opposite = { ...noise(1), data: noise(1).data.map((value) => -value) };
  await assert.rejects(between(noise(1), opposite, 0.5), /opposite directions/);
});
