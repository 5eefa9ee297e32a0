import assert from "node:assert/strict";
import { test } from "node:test";
import { guide } from "./guidance.ts";

test("guide moves from unconditional through conditional and leaves the variance half alone", () => {
  const conditional = Float32Array.of(1, 2, 7, 8);
  const unconditional = Float32Array.of(0, 4, 5, 5);
  assert.deepEqual([...guide(conditional, unconditional, 3, 2)], [3, -2, 7, 8]);
  assert.deepEqual([...guide(conditional, unconditional, 0, 2)], [0, 4, 7, 8]);
  assert.deepEqual([...conditional], [1, 2, 7, 8], "inputs are not changed");
});

test("a scale of 1 is the conditional itself, up to one rounding", () => {
  const conditional = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i * 1.3));
  const unconditional = Float32Array.from({ length: 100 }, (_, i) => Math.cos(i * 0.7));
  for (const [i, value] of guide(conditional, unconditional, 1, 100).entries())
    assert.ok(Math.abs(value - conditional[i]!) <= 2 ** -23, `${i}: ${value}`);
});

test("every operation is rounded to float32, as in torch", () => {
  const { fround } = Math;
  const [c, u, scale] = [fround(0.1), fround(0.7), fround(3.3)];
  const [guided] = guide(Float32Array.of(c), Float32Array.of(u), 3.3, 1);
  assert.equal(guided, fround(u + fround(scale * fround(c - u))));
});
