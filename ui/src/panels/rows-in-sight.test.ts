import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rangeOf, rowPitch } from "./rows-in-sight.ts";

test("property: all rows in sight are drawn, and of any number no more than a few windows full", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 900_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.nat(20_000),
      (above, height, count) => {
        const { from, to } = rangeOf(above, height, count);
        assert.ok(from >= 0 && from <= to && to <= count);
        assert.ok(to - from <= Math.ceil(height / rowPitch) + 42);
        const first = Math.floor(Math.max(0, above) / rowPitch);
        const last = Math.min(count, Math.ceil((above + height) / rowPitch));
        for (let row = first; row < last; row++) assert.ok(from <= row && row < to, `row ${row} is in sight`);
      },
    ),
  );
});
