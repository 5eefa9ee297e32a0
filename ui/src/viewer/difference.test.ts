import assert from "node:assert/strict";
import { test } from "node:test";
import { drawDifference, type Pixels } from "./difference.ts";

const pixels = (...data: number[]): Pixels => ({
  width: data.length / 4,
  height: 1,
  data: Uint8ClampedArray.from(data),
});

test("the difference is that of each colour, times the gain, without direction, and opaque", () => {
  const a = pixels(10, 20, 30, 255, 7, 7, 7, 0);
  const b = pixels(13, 10, 30, 255, 7, 7, 7, 255);
  const into = pixels(1, 1, 1, 1, 1, 1, 1, 1);
  assert.deepEqual(drawDifference(a, b, 4, into), { largest: 10, share: 0.5 });
  assert.deepEqual([...into.data], [12, 40, 0, 255, 0, 0, 0, 255]);
  drawDifference(b, a, 100, into);
  assert.deepEqual([...into.data.subarray(0, 4)], [255, 255, 0, 255]);
});

test("equal pictures are black and nowhere apart", () => {
  const a = pixels(1, 2, 3, 255);
  assert.deepEqual(drawDifference(a, a, 32, pixels(0, 0, 0, 0)), { largest: 0, share: 0 });
});
