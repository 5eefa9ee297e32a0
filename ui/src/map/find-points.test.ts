import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearestTo, pointsInside, writeItems } from "./find-points.ts";

const coordinates = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 40 })
  .filter((all) => all.length % 2 === 0);

test("the nearest points come first, of equally near ones the first, as sorting all of them says", () => {
  fc.assert(
    fc.property(coordinates, fc.integer({ min: 1, max: 6 }), (points, count) => {
      const square = (item: number) => (points[2 * item]! - 1) ** 2 + (points[2 * item + 1]! - 2) ** 2;
      const all = Array.from({ length: points.length / 2 }, (_, item) => item).sort(
        (a, b) => square(a) - square(b) || a - b,
      );
      assert.deepEqual(nearestTo({ x: 1, y: 2 }, points, count), all.slice(0, count));
    }),
  );
  assert.deepEqual(nearestTo({ x: 0, y: 0 }, [], 3), []);
});

test("an outline holds what is inside it, also where it is bent in, and closes itself", () => {
  const bent = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 5, y: 5 },
    { x: 0, y: 10 },
  ];
  assert.deepEqual(pointsInside(bent, [1, 1, 9, 1, 5, 9, 5, 4, 11, 5, 1, 8]), [0, 1, 3, 5]);
  assert.deepEqual(pointsInside([], [1, 1]), []);
});

test("numbers are written in order, runs of three and more by their ends", () => {
  assert.equal(writeItems([9, 3, 0, 8, 7, 3]), "0, 3, 7-9");
  assert.equal(writeItems([1, 2]), "1, 2");
  assert.equal(writeItems([]), "");
});
