import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boxAt } from "./geometry.ts";
import { snapTo } from "./snap.ts";

const size = { width: 100, height: 60 };
const box = (x: number, y: number, { width, height } = size) => boxAt({ x, y }, { width, height });

test("a box goes to the nearest edge or centre in reach, in each direction on its own", () => {
  const { by, lines } = snapTo(box(4, 203), [box(0, 0)], 6);
  assert.deepEqual(by, { x: -4, y: 0 });
  assert.deepEqual(
    lines.map(({ axis, at }) => `${axis} ${at}`),
    ["x 0", "x 100", "x 50"],
  );
  assert.deepEqual(
    lines.map(({ from, to }) => [from, to]),
    [
      [0, 263],
      [0, 263],
      [0, 263],
    ],
  );
  assert.deepEqual(snapTo(box(105, 300), [box(0, 0)], 6).by, { x: -5, y: 0 }, "a left edge to a right one");
  const wide = box(-53, 300, { width: 210, height: 60 });
  assert.deepEqual(snapTo(wide, [box(0, 0)], 6).by, { x: -2, y: 0 }, "a centre to a centre");
  assert.deepEqual(snapTo(box(300, 2), [box(0, 0), box(140, 3)], 6).by, { x: 0, y: 1 }, "the nearest of several");
});

test("beyond the reach nothing moves, and there is no line", () => {
  assert.deepEqual(snapTo(box(40, 300), [box(0, 0)], 6), { by: { x: 0, y: 0 }, lines: [] });
  assert.deepEqual(snapTo(box(0, 0), [], 6), { by: { x: 0, y: 0 }, lines: [] });
});

test("a box never goes farther than the reach, and what is in line stays there", () => {
  const at = fc.integer({ min: -300, max: 300 });
  const any = fc.tuple(at, at, fc.integer({ min: 10, max: 200 }), fc.integer({ min: 10, max: 200 }));
  const make = ([x, y, width, height]: readonly [number, number, number, number]) => box(x, y, { width, height });
  fc.assert(
    fc.property(any, fc.array(any, { maxLength: 12 }), (mine, others) => {
      const all = others.map(make);
      const { by, lines } = snapTo(make(mine), all, 7);
      assert.ok(Math.abs(by.x) <= 7 && Math.abs(by.y) <= 7);
      const [x, y, width, height] = mine;
      const again = snapTo(box(x + by.x, y + by.y, { width, height }), all, 7);
      assert.ok(Math.abs(again.by.x) < 1e-9 && Math.abs(again.by.y) < 1e-9);
      assert.deepEqual(again.lines, lines);
    }),
  );
});
