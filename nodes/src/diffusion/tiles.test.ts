import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Part } from "./resize.ts";
import { computeInTiles, cropPlanes, tileStarts } from "./tiles.ts";

test("tiles begin at one end and finish at the other, overlap by at least so much, and none could be left out", () => {
  assert.deepEqual(tileStarts(100, { side: 100, overlap: 20 }), [0]);
  assert.deepEqual(tileStarts(80, { side: 100, overlap: 20 }), [0]);
  assert.deepEqual(tileStarts(180, { side: 100, overlap: 20 }), [0, 80]);
  assert.deepEqual(tileStarts(181, { side: 100, overlap: 20 }), [0, 40, 81]);
  const sizes = fc.record({ length: fc.integer({ min: 1, max: 999 }), side: fc.integer({ min: 1, max: 300 }) });
  fc.assert(
    fc.property(sizes, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ length, side }, share) => {
      const overlap = Math.floor(share * side);
      const starts = tileStarts(length, { side, overlap });
      assert.equal(starts[0], 0);
      if (length > side) assert.equal(starts.at(-1)! + side, length);
      for (let i = 1; i < starts.length; i++) assert.ok(starts[i - 1]! + side - starts[i]! >= overlap);
      if (starts.length > 1) assert.ok((starts.length - 1) * (side - overlap) + side < length + side - overlap);
    }),
  );
});

const size = { width: 50, height: 37 };
const planes = Float32Array.from({ length: 2 * size.width * size.height }, (_, i) => Math.sin(i / 9));

test("a part of planes has their numbers, and all of them is the planes themselves", () => {
  assert.equal(cropPlanes(planes, size, { left: 0, top: 0, ...size }), planes);
  const part = { left: 3, top: 30, width: 4, height: 5 };
  const cropped = cropPlanes(planes, size, part);
  assert.equal(cropped.length, 2 * 4 * 5);
  assert.equal(cropped[0], planes[30 * 50 + 3]);
  assert.equal(cropped.at(-1), planes[(37 + 34) * 50 + 6]);
});

test("what depends on each pixel alone is the same in tiles as in one piece, within rounding", async () => {
  for (const overlap of [0, 1, 5, 12]) {
    const doubled = await computeInTiles(size, { side: 16, overlap }, async (part) =>
      cropPlanes(planes, size, part).map((value) => 2 * value),
    );
    for (const [i, value] of doubled.entries()) assert.ok(Math.abs(value - 2 * planes[i]!) < 1e-6);
  }
});

test("what comes out larger is put together at its own size", async () => {
  const flat = await computeInTiles(
    { width: 6, height: 5 },
    { side: 4, overlap: 2 },
    async () => new Float32Array(3 * 8 * 8).fill(7),
    2,
  );
  assert.equal(flat.length, 3 * 12 * 10);
  for (const value of flat) assert.ok(Math.abs(value - 7) < 1e-6);
});

test("where tiles disagree, one passes into the other without a step, and nothing of an edge is left", async () => {
  // Each tile is of one value, 0 or 1, and they overlap by 10: the steepest step of sin² there is that of its middle.
  const line = await computeInTiles({ width: 30, height: 20 }, { side: 20, overlap: 10 }, async (_, index) =>
    new Float32Array(20 * 20).fill(index),
  );
  const row = [...line.subarray(0, 30)];
  assert.deepEqual([row[0], row[9], row[20], row[29]], [0, 0, 1, 1]);
  for (let i = 1; i < 30; i++) assert.ok(row[i]! - row[i - 1]! < Math.PI / 2 / 10, `${row}`);
});

test("a picture that one tile covers is what is computed for it", async () => {
  const seen: Part[] = [];
  const made = await computeInTiles(size, { side: 64, overlap: 16 }, async (part) => {
    seen.push(part);
    return planes;
  });
  assert.equal(made, planes);
  assert.deepEqual(seen, [{ left: 0, top: 0, ...size }]);
});
