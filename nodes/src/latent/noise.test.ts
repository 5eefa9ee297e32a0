import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import { runNode } from "../testing/index.ts";
import { drawnNoise } from "./noise.ts";

const draw = async (seed: number) => (await runNode(drawnNoise, {}, { seed })).outputs.noise as NoiseValue;

test("the noise is the x_T that the decoder draws by this seed, of its channels and size", async () => {
  const { channels, height, width, data } = await draw(9);
  assert.deepEqual([channels, height, width], [3, 8, 8]);
  assert.deepEqual(data, gaussian(9, "decoder", 0, 3 * 8 * 8));
});

test("another seed draws other noise", async () => {
  assert.notDeepEqual(await draw(9), await draw(10));
});
