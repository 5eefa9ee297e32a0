import assert from "node:assert/strict";
import { test } from "node:test";
import type { MaskValue } from "../kinds/mask.ts";
import { fromRgb8 } from "../kinds/pixels.ts";
import { runNode } from "../testing/index.ts";
import { maskOfImage } from "./mask.ts";

const bytes = [255, 255, 255, 0, 0, 0, 255, 0, 0, 51, 51, 51];
const image = fromRgb8({ width: 2, height: 2, data: Uint8Array.from(bytes) });
const maskOf = async (params: object = {}, picture = image) =>
  (await runNode(maskOfImage, { image: picture }, params)).outputs.mask as MaskValue;

test("white is 1, black 0, and a colour counts by its luma", async () => {
  const { width, height, data } = await maskOf();
  assert.deepEqual([width, height], [2, 2]);
  assert.deepEqual(
    [...data],
    [1, 0, 54, 51].map((value, i) => Math.fround(i < 2 ? value : value / 255)),
  );
});

test("inverted, what would be kept is repainted", async () => {
  assert.deepEqual([...(await maskOf({ invert: true })).data].slice(0, 2), [0, 1]);
});

test("with a threshold every pixel is repainted or kept, the threshold itself repainted", async () => {
  assert.deepEqual([...(await maskOf({ threshold: 0.2 })).data], [1, 0, 1, 1]);
  assert.deepEqual([...(await maskOf({ threshold: 0.21 })).data], [1, 0, 1, 0]);
});

const step = fromRgb8({
  width: 32,
  height: 16,
  data: Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 32 < 16 ? 255 : 0)),
});

test("size crops the middle to a square of that many pixels", async () => {
  const { width, height, data } = await maskOf({ size: 8 }, step);
  assert.deepEqual([width, height], [8, 8]);
  assert.deepEqual([data[0], data[3]! > 0.5, data[4]! < 0.5, data[7]], [1, true, true, 0]);
});

test("feather softens the edge by so many pixels, and leaves what is far from it", async () => {
  const line = [...(await maskOf({ feather: 2 }, step)).data.subarray(0, 32)];
  assert.deepEqual([line[0], line[31]], [1, 0]);
  for (const [i, share] of line.slice(1).entries()) assert.ok(share <= line[i]!, line.join(" "));
  const soft = line.filter((share) => share > 0.02 && share < 0.98).length;
  assert.ok(soft >= 6 && soft <= 12, line.join(" "));
});
