import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode } from "../testing/index.ts";
import { sweepGrid } from "./sweep-grid.ts";

/** A picture of one colour, -1 to 1 in all channels. */
const plain = (shade: number, side = 64): ImageValue => ({
  width: side,
  height: side,
  data: new Float32Array(3 * side * side).fill(shade),
});
const grid = async (inputs: object, params: object = {}) =>
  (await runNode(sweepGrid, inputs as never, params as never)).outputs.image as ImageValue;
const at = ({ width, data }: ImageValue, x: number, y: number) => data[y * width + x]!;
/** How many dark pixels there are in a part. */
const ink = (image: ImageValue, left: number, top: number, right: number, bottom: number) => {
  let count = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (at(image, x, y) < 0) count++;
  return count;
};

test("the pictures stand row by row, whole, with room for the labels above and beside them", async () => {
  const shades = [-0.9, -0.6, -0.3, 0.3, 0.6, 0.9].map(Math.fround);
  const image = await grid(
    { images: shades.map((shade) => plain(shade)), x: [1, 2, 3], y: [10, 20] },
    { xName: "scale", yName: "steps" },
  );
  // Of 128 pixels, 4 apart, at the right and lower end.
  const [left, top] = [image.width - 14 - 3 * 128 - 2 * 4, image.height - 14 - 2 * 128 - 4];
  shades.forEach((shade, i) => {
    const [x, y] = [left + (i % 3) * 132, top + Math.floor(i / 3) * 132];
    for (const [dx, dy] of [
      [0, 0],
      [127, 127],
    ] as const)
      assert.equal(at(image, x + dx, y + dy), shade, `picture ${i}`);
  });
  for (let i = 0; i < 3; i++) assert.ok(ink(image, left + i * 132, top - 22, left + i * 132 + 128, top) > 5, `x ${i}`);
  for (let i = 0; i < 2; i++) assert.ok(ink(image, 30, top + i * 132, left, top + i * 132 + 128) > 5, `y ${i}`);
  assert.ok(ink(image, left, 10, left + 392, top - 22) > 20, "the name of x");
  assert.ok(ink(image, 10, top, 30, image.height) > 20, "the name of y");
});

test("without y there is one row and nothing beside it; equal inputs give equal bits", async () => {
  const inputs = { images: [plain(0.5, 256), plain(0.5, 256)], x: ["a red cube & <b>", "шар"] };
  const image = await grid(inputs);
  assert.ok(image.width < 2 * 256 + 4 + 2 * 30);
  assert.deepEqual(await grid(inputs), image);
  const other = await grid({ ...inputs, x: ["a red cube & <b>", "шары"] });
  assert.notDeepEqual(other.data, image.data);
});

test("long labels are cut, and those in letters that the font lacks are numbered", async () => {
  const pictures = [plain(0.5, 128), plain(0.5, 128)];
  const long = await grid({ images: pictures, x: ["a very long caption that has no room above its picture", "b"] });
  assert.equal(long.width, 14 + 2 * 128 + 4 + 14);
  assert.deepEqual(
    await grid({ images: pictures, x: ["立方体", "球"] }),
    await grid({ images: pictures, x: ["no. 1", "no. 2"] }),
  );
});

test("pictures that do not fill the places, or are of several sizes, are refused", async () => {
  await assert.rejects(grid({ images: [plain(0)], x: [1, 2] }), {
    message: "There are 1 pictures for 2 × 1 places.",
    remedy: /each value of y with all of x/,
  });
  await assert.rejects(grid({ images: [plain(0, 128), plain(0, 130)], x: [1, 2] }), /Picture 2 is 130 × 130/);
});
