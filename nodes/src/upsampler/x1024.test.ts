import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { upsamplerX1024 } from "./x1024.ts";

const picture = (side: number): ImageValue => ({
  width: side,
  height: side,
  data: Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i)),
});

test("sees the enlarged picture beside x_t in every step, and gives a clamped picture of its size", async () => {
  const { outputs, calls } = await runNode(upsamplerX1024, { image: picture(16) }, { seed: 5 });
  assert.deepEqual(
    calls.map(({ stage }) => stage),
    ["upsampler-1024", "upsampler-1024", "upsampler-1024"],
  );
  assert.deepEqual(calls[0]!.feeds.sample!.data, gaussian(5, "upsampler-1024", 0, 3 * 32 * 32));
  for (const { feeds } of calls) assert.deepEqual(feeds.condition!.shape, [1, 3, 32, 32]);
  const { width, height, data } = outputs.image as ImageValue;
  assert.deepEqual([width, height, data.length], [32, 32, 3 * 32 * 32]);
  for (const value of data) assert.ok(value >= -1 && value <= 1);
});

test("refuses a picture of another size and says what to do", async () => {
  await assert.rejects(runNode(upsamplerX1024, { image: picture(12) }), {
    name: "NodeError",
    message: /12 × 12.* needs 16 × 16/,
    remedy: /"size" is 16/,
  });
});
