import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linkCurve } from "./link-curve.ts";

/** The numbers of a path of one move and cubic curves, as points. */
function pointsOf(path: string): { readonly x: number; readonly y: number }[] {
  const numbers = [...path.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(([number]) => Number(number));
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));
}

const coordinate = fc.integer({ min: -3_000, max: 3_000 });
const point = fc.tuple(coordinate, coordinate).map(([x, y]) => ({ x, y }));

test("a link begins and ends at its sockets, leaves to the right and arrives from the left", () => {
  fc.assert(
    fc.property(point, point, (from, to) => {
      const points = pointsOf(linkCurve(from, to));
      assert.deepEqual(points[0], from);
      assert.deepEqual(points.at(-1), to);
      const leaving = points[1]!;
      const arriving = points.at(-2)!;
      assert.ok(leaving.x > from.x && leaving.y === from.y, "leaves to the right");
      assert.ok(arriving.x < to.x && arriving.y === to.y, "arrives from the left");
    }),
  );
});

test("a link that turns back passes halfway between its ends", () => {
  const points = pointsOf(linkCurve({ x: 400, y: 100 }, { x: 0, y: 300 }));
  assert.equal(points.length, 7);
  assert.deepEqual(points[3], { x: 200, y: 200 });
});

test("long links bend no further than 160 units, short ones at least 24", () => {
  assert.equal(pointsOf(linkCurve({ x: 0, y: 0 }, { x: 2_000, y: 0 }))[1]!.x, 160);
  assert.equal(pointsOf(linkCurve({ x: 0, y: 0 }, { x: 10, y: 0 }))[1]!.x, 24);
});
