import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageValue } from "../kinds/image-value.ts";
import { resizeBicubic } from "./resize.ts";

/** The same numbers in all three planes. */
const grey = (width: number, height: number, values: readonly number[]): ImageValue => ({
  width,
  height,
  data: Float32Array.from([...values, ...values, ...values]),
});

function assertNear(actual: Float32Array, expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    assert.ok(Math.abs(actual[i]! - value) < 1e-6, `${i}: ${actual[i]}, not ${value}`);
  }
}

test("enlarging and shrinking match torch's numbers", () => {
  // torch: interpolate(x, size, mode="bicubic", antialias=True, align_corners=False)
  const x = grey(4, 4, [0, 1, -1, 0.5, 0.25, -0.5, 0.75, -0.25, 1, 1, -1, -1, 0.1, 0.2, 0.3, 0.4]);
  assertNear(
    resizeBicubic(x, 7, 7).data,
    [-0.11017124354839325, 0.410358726978302, 1.1368062496185303, -0.044884342700242996, -1.1313127279281616],
  );
  const small = resizeBicubic(x, 3, 2);
  assert.deepEqual([small.width, small.height], [3, 2]);
  const expected = [
    0.2918092906475067, 0.04400068521499634, -0.1094047948718071, 0.5514684915542603, 0.13135789334774017,
    -0.328725129365921,
  ];
  assertNear(small.data, [...expected, ...expected, ...expected]);
});

test("a flat picture stays flat, at its borders too", () => {
  for (const [width, height] of [
    [16, 16],
    [3, 2],
    [5, 40],
  ] as const) {
    const { data } = resizeBicubic(grey(8, 8, Array(64).fill(0.5)), width, height);
    assert.equal(data.length, 3 * width * height);
    for (const value of data) assert.ok(Math.abs(value - 0.5) < 1e-6);
  }
});

test("the same size is the same picture, and the input is not changed", () => {
  const x = grey(2, 2, [1, 2, 3, 4]);
  assert.deepEqual(resizeBicubic(x, 2, 2), x);
  const before = structuredClone(x);
  resizeBicubic(x, 5, 5);
  assert.deepEqual(x, before);
});

test("a part is that part of the whole, also where the part is as large as the input", () => {
  const x = grey(
    6,
    5,
    Array.from({ length: 30 }, (_, i) => Math.sin(i)),
  );
  for (const [toWidth, toHeight] of [
    [12, 9],
    [3, 4],
  ] as const) {
    const whole = resizeBicubic(x, toWidth, toHeight);
    const part = { left: 1, top: 2, width: toWidth > 6 ? 6 : 2, height: toHeight > 5 ? 5 : 2 };
    const cut = resizeBicubic(x, toWidth, toHeight, part);
    assert.deepEqual([cut.width, cut.height], [part.width, part.height]);
    for (let i = 0; i < cut.data.length; i++) {
      const [column, line] = [i % part.width, Math.floor(i / part.width) % part.height];
      const plane = Math.floor(i / (part.width * part.height));
      const at = (plane * toHeight + part.top + line) * toWidth + part.left + column;
      assert.equal(cut.data[i], whole.data[at]);
    }
  }
});
