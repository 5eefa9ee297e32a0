import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromSlider, type NumberParam, sliderSteps, stepOf, toSlider } from "./slider.ts";

const param = (kind: "integer" | "number", min: number, max: number): NumberParam => ({
  kind,
  min,
  max,
  default: min,
  summary: "",
});

test("the ends of a slider are the ends of the range, and what lies beyond them stands at the end", () => {
  const scale = param("number", -2, 8);
  assert.deepEqual([toSlider(-2, scale), toSlider(8, scale)], [0, sliderSteps]);
  assert.deepEqual([toSlider(-99, scale), toSlider(99, scale)], [0, sliderSteps]);
  assert.deepEqual([fromSlider(0, scale), fromSlider(sliderSteps, scale)], [-2, 8]);
});

test("a slider that is put where a value stands gives about that value", () => {
  const params = fc
    .record({
      kind: fc.constantFrom("integer" as const, "number" as const),
      min: fc.integer({ min: -50, max: 50 }),
      span: fc.integer({ min: 1, max: 10_000 }),
    })
    .map(({ kind, min, span }) => param(kind, min, min + span));
  fc.assert(
    fc.property(params, fc.double({ min: 0, max: 1, noNaN: true }), (one, share) => {
      const value = one.min + share * (one.max - one.min);
      const back = fromSlider(toSlider(value, one), one);
      // One step of a squared range is widest at its far end; three digits and rounding come on top.
      const width = (2 * (one.max - one.min)) / sliderSteps;
      assert.ok(Math.abs(back - value) <= width + Math.max(1, Math.abs(value) * 0.01), `${value} → ${back}`);
      if (one.kind === "integer") assert.ok(Number.isInteger(back));
    }),
  );
});

test("wide ranges leave room for small numbers: a tenth of the way is a hundredth of the range", () => {
  const steps = param("integer", 0, 1_000);
  assert.equal(fromSlider(100, steps), 10);
  assert.equal(fromSlider(100, param("integer", 0, 100)), 10);
  assert.equal(toSlider(10, steps), 100);
});

test("a range of one value has its slider at the beginning", () => {
  assert.equal(toSlider(5, param("integer", 5, 5)), 0);
});

test("an arrow key changes by one, by a half, or in narrow ranges by a twentieth", () => {
  assert.equal(stepOf(param("integer", 0, 9)), 1);
  assert.equal(stepOf(param("number", 0, 20)), 0.5);
  assert.equal(stepOf(param("number", -1, 1)), 0.05);
});
