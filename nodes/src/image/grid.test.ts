import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { grid } from "./grid.ts";

const flat = (value: number, width = 1, height = 1): ImageValue => ({
  width,
  height,
  data: new Float32Array(3 * width * height).fill(value),
});

async function lay(images: ImageValue[], params: object): Promise<{ size: number[]; red: number[] }> {
  const { width, height, data } = (await runNode(grid, { images }, params)).outputs.image as ImageValue;
  assert.equal(data.length, 3 * width * height);
  return { size: [width, height], red: [...data.subarray(0, width * height)] };
}

test("pictures stand in rows with gaps between, and empty cells show the background", async () => {
  const images = [0.5, 0.25, -0.5].map((value) => flat(value));
  assert.deepEqual(await lay(images, { gap: 1, columns: 2, background: "black" }), {
    size: [3, 3],
    red: [0.5, -1, 0.25, -1, -1, -1, -0.5, -1, -1],
  });
});

test("without columns the grid is as square as it can be, and never wider than its pictures", async () => {
  const size = async (count: number, params: object = {}) =>
    (
      await lay(
        Array.from({ length: count }, () => flat(0, 3, 2)),
        { gap: 0, ...params },
      )
    ).size;
  assert.deepEqual(await size(16), [12, 8]);
  assert.deepEqual(await size(5), [9, 4]);
  assert.deepEqual(await size(1), [3, 2]);
  assert.deepEqual(await size(2, { columns: 9 }), [6, 2]);
});

test("rows of every plane come in order", async () => {
  const picture = { width: 2, height: 2, data: Float32Array.from({ length: 12 }, (_, i) => i / 16) };
  const { image } = (await runNode(grid, { images: [picture] }, {})).outputs as { image: ImageValue };
  assert.deepEqual(image, picture);
});

test("pictures of different sizes are an error that names the odd one", async () => {
  await assert.rejects(
    runNode(grid, { images: [flat(0), flat(0, 2, 2)] }),
    /Picture 2 is 2 × 2, but the first is 1 × 1/,
  );
});
