import assert from "node:assert/strict";
import { test } from "node:test";
import { resizeBicubic } from "../diffusion/resize.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { seePicture, standardise } from "./see-picture.ts";

/** A picture whose planes differ and whose pixels say where they are. */
function picture(width: number, height: number): ImageValue {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y, plane] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    return Math.sin(x * 0.7 + plane) * Math.cos(y * 0.9 - plane);
  });
  return { width, height, data };
}

const cropped = { size: 8, fit: "crop" } as const;

test("a picture of the right size is the very same picture", () => {
  const image = picture(8, 8);
  assert.equal(seePicture(image, cropped), image);
  assert.equal(seePicture(image, { size: 8, fit: "squash" }), image);
});

test("the middle is kept of a picture whose short side fits: nothing is resampled", () => {
  for (const [width, height, left, top] of [
    [13, 8, 2, 0],
    [8, 13, 0, 2],
    [12, 8, 2, 0],
  ] as const) {
    const image = picture(width, height);
    const seen = seePicture(image, cropped);
    assert.deepEqual([seen.width, seen.height], [8, 8]);
    for (const [plane, y, x] of [
      [0, 0, 0],
      [1, 3, 5],
      [2, 7, 7],
    ] as const) {
      const at = (plane * height + y + top) * width + x + left;
      assert.ok(Math.abs(seen.data[(plane * 8 + y) * 8 + x]! - image.data[at]!) < 1e-6, `${width} × ${height}`);
    }
  }
});

test("cropping comes after resizing: the pixels are those of the whole resized picture", () => {
  for (const [width, height, wide, tall] of [
    [40, 23, 13, 8],
    [5, 9, 8, 14],
  ] as const) {
    const whole = resizeBicubic(picture(width, height), wide, tall);
    const seen = seePicture(picture(width, height), cropped);
    const [left, top] = [Math.floor((wide - 8) / 2), Math.floor((tall - 8) / 2)];
    for (let i = 0; i < seen.data.length; i++) {
      const [x, y, plane] = [i % 8, Math.floor(i / 8) % 8, Math.floor(i / 64)];
      const value = whole.data[(plane * tall + y + top) * wide + x + left]!;
      assert.equal(seen.data[i], Math.fround(Math.min(Math.max(value, -1), 1)));
    }
  }
});

test("squashing keeps everything: both sides are resized", () => {
  const seen = seePicture(picture(20, 10), { size: 8, fit: "squash" });
  assert.deepEqual(
    seen.data,
    resizeBicubic(picture(20, 10), 8, 8).data.map((value) => Math.min(Math.max(value, -1), 1)),
  );
});

test("any size is seen as a square within [-1, 1], a very long one without a picture as long in between", () => {
  for (const [width, height] of [
    [1, 1],
    [1, 30_000],
    [30_000, 1],
    [7, 3],
    [640, 480],
  ] as const) {
    const data = new Float32Array(3 * width * height).map((_, i) => (i % 3 === 0 ? 1 : -1));
    for (const fit of ["crop", "squash"] as const) {
      const seen = seePicture({ width, height, data }, { size: 64, fit });
      assert.deepEqual([seen.width, seen.height, seen.data.length], [64, 64, 3 * 64 * 64]);
      for (const value of seen.data) assert.ok(value >= -1 && value <= 1, `${width} × ${height}: ${value}`);
    }
  }
});

test("pixels are standardised by channel, from [0, 1]", () => {
  const image = { width: 2, height: 1, data: Float32Array.of(-1, 1, -1, 1, 0, 0) };
  const sight = { mean: [0.5, 0.25, 0.5], std: [0.5, 0.25, 0.125] };
  assert.deepEqual([...standardise(image, sight)], [-1, 1, -1, 3, 0, 0]);
});
