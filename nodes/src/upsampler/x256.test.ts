import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { upsamplerX256 } from "./x256.ts";

const picture = (side: number): ImageValue => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i)),
});

test("sees the enlarged picture beside x_t in every step, and gives a clamped picture of its size", async () => {
  const { outputs, calls } = await runNode(upsamplerX256, { image: picture(8) }, { seed: 5 });
  assert.deepEqual(
    calls.map(({ stage }) => stage),
    ["upsampler-256", "upsampler-256", "upsampler-256-last"],
  );
  assert.deepEqual(calls[0]!.feeds.sample!.data, gaussian(5, "upsampler-256", 0, 3 * 16 * 16));
  for (const { feeds } of calls) assert.deepEqual(feeds.condition!.shape, [1, 3, 16, 16]);
  const { width, height, data } = outputs.image as ImageValue;
  assert.deepEqual([width, height, data.length], [16, 16, 3 * 16 * 16]);
  for (const value of data) assert.ok(value >= -1 && value <= 1);
});

test("refuses a picture of another size and says what to do", async () => {
  for (const [width, height] of [
    [8, 12],
    [12, 8],
  ] as const) {
    const image = { width, height, data: new Float32Array(3 * width * height) };
    await assert.rejects(runNode(upsamplerX256, { image }), new RegExp(`${width} × ${height}.* needs 8 × 8`));
  }
  await assert.rejects(runNode(upsamplerX256, { image: picture(12) }), {
    name: "NodeError",
    message: /12 × 12.* needs 8 × 8/,
    remedy: /"size" is 8/,
  });
});
