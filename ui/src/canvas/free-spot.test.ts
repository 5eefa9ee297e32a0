import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { freeSpot } from "./free-spot.ts";
import { type Box, boxAt, overlap } from "./geometry.ts";

const size = { width: 240, height: 200 };
const card = (x: number, y: number): Box => boxAt({ x, y }, size);

test("a place that is free is taken as it is; one that is not gives way to the nearest, with a gap", () => {
  assert.deepEqual(freeSpot(card(0, 0), []), { x: 0, y: 0 });
  assert.deepEqual(freeSpot(card(0, 0), [card(264, 0)]), { x: 0, y: 0 });
  assert.deepEqual(freeSpot(card(200, 0), [card(0, 0)]), { x: 264, y: 0 });
  assert.deepEqual(freeSpot(card(0, 190), [card(0, 0)]), { x: 0, y: 224 });
});

test("cards that are all wanted at one place stand side by side, none on another", () => {
  const taken: Box[] = [];
  for (let i = 0; i < 40; i++) {
    const at = freeSpot(card(0, 0), taken);
    taken.push(card(at.x, at.y));
  }
  for (const [i, one] of taken.entries())
    for (const other of taken.slice(i + 1)) assert.equal(overlap(one, other), false);
});

test("whatever stands where, the card that comes lies on none of them", () => {
  const place = fc.integer({ min: -900, max: 900 });
  const box = fc
    .tuple(place, place, fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 600 }))
    .map(([x, y, width, height]) => boxAt({ x, y }, { width, height }));
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), box, (taken, wanted) => {
      const at = freeSpot(wanted, taken);
      const there = boxAt(at, { width: wanted.right - wanted.left, height: wanted.bottom - wanted.top });
      assert.ok(taken.every((one) => !overlap(one, there)));
    }),
  );
});
