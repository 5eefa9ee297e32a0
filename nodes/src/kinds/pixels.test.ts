import assert from "node:assert/strict";
import { test } from "node:test";
import { fromRgb8, toRgb8 } from "./pixels.ts";

test("every byte survives the way to numbers and back", () => {
  const data = Uint8Array.from({ length: 256 * 3 }, (_, i) => (i * 7) % 256);
  const there = fromRgb8({ width: 16, height: 16, data });
  assert.deepEqual(toRgb8(there), { width: 16, height: 16, data });
});

test("planes become pixels: red, green, blue", () => {
  const data = Float32Array.of(1, -1, -1, 1, 0, 0);
  assert.deepEqual([...toRgb8({ width: 2, height: 1, data }).data], [255, 0, 128, 0, 255, 128]);
});

test("what lies outside is clamped, halves round upward, NaN is 0", () => {
  const bytes = (value: number) => toRgb8({ width: 1, height: 1, data: Float32Array.of(value, 0, 0) }).data[0];
  assert.equal(bytes(-3), 0);
  assert.equal(bytes(Number.POSITIVE_INFINITY), 255);
  assert.equal(bytes(0), 128);
  assert.equal(bytes(Number.NaN), 0);
});
