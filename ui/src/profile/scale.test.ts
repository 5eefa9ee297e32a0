import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exactTime, moved, ticksOf, wholeOf, zoomed } from "./scale.ts";

test("zooming keeps the time under the pointer where it is", () => {
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 25, 0.5, 100), { from: 12.5, to: 62.5 });
  assert.deepEqual(zoomed({ from: 12.5, to: 62.5 }, 25, 2, 100), { from: 0, to: 100 });
});

test("never more than the run is shown, and never nothing", () => {
  assert.deepEqual(zoomed({ from: 40, to: 60 }, 50, 100, 100), { from: 0, to: 100 });
  assert.deepEqual(moved({ from: 40, to: 60 }, 1000, 100), { from: 80, to: 100 });
  assert.deepEqual(moved({ from: 40, to: 60 }, -1000, 100), { from: 0, to: 20 });
  assert.deepEqual(wholeOf(0), { from: 0, to: 0.05 });
  const part = fc.record({ from: fc.nat(900), length: fc.integer({ min: 1, max: 100 }) });
  const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
  fc.assert(
    fc.property(part, fc.nat(1000), factor, ({ from, length }, about, by) => {
      const next = zoomed({ from, to: from + length }, about, by, 1000);
      assert.ok(next.from >= 0 && next.to <= 1000 + 1e-6 && next.to - next.from >= 0.05 - 1e-9, JSON.stringify(next));
    }),
  );
});

test("times on the axis are round, few, and within what is shown", () => {
  assert.deepEqual(ticksOf({ from: 0, to: 100 }, 5), [0, 20, 40, 60, 80, 100]);
  assert.deepEqual(ticksOf({ from: 130, to: 1300 }, 4), [500, 1000]);
  assert.ok(ticksOf({ from: 0.1, to: 0.35 }, 5).length <= 6);
});

test("times are said as exactly as their size needs", () => {
  assert.deepEqual([0, 0.126, 9.5, 12.4, 1240, 61_500, 150_400].map(exactTime), [
    "0 ms",
    "0.13 ms",
    "9.5 ms",
    "12 ms",
    "1.24 s",
    "61.5 s",
    "150 s",
  ]);
});
