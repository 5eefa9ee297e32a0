import assert from "node:assert/strict";
import { test } from "node:test";
import { image } from "./image.ts";

const picture = (width: unknown, height: unknown, length: number) => ({
  width,
  height,
  data: new Float32Array(length),
});

test("a picture has three planes of as many float32 numbers as it has pixels", () => {
  assert.equal(image.check(picture(2, 3, 18)), undefined);
  for (const length of [0, 6, 17, 19])
    assert.equal(
      image.check(picture(2, 3, length)),
      `is not an image: 2 × 3 pixels need 18 numbers, and it has ${length}`,
    );
});

test("the sides are whole numbers from 1", () => {
  for (const side of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "2", undefined])
    assert.match(image.check(picture(side, 2, 12))!, /its sides are not whole numbers from 1/);
});

test("what has no float32 data is no picture", () => {
  const data = new Float64Array(3);
  for (const value of [null, undefined, 7, "x", [], {}, { width: 1, height: 1, data }])
    assert.match(image.check(value as never)!, /it has no float32 data/);
});
