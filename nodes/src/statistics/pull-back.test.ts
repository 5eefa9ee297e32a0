import assert from "node:assert/strict";
import { test } from "node:test";
import { centralDifference, effectiveRank, pullBack } from "./pull-back.ts";

const v = (...numbers: number[]) => Float64Array.from(numbers);

test("of a linear map the eigenvalues are its singular values squared, and the eigenvectors its right singular vectors", () => {
  // A rotation of [3 0; 0 2] by 30° on the right, into three dimensions: A = [3 0; 0 2; 0 0] R.
  const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const { values, vectors } = pullBack([v(3 * c, -2 * s, 0), v(3 * s, 2 * c, 0)]);
  for (const [i, value] of [9, 4].entries()) assert.ok(Math.abs(values[i]! - value) < 1e-12);
  for (const [i, value] of [c, s, -s, c].entries()) assert.ok(Math.abs(vectors[i]! - value) < 1e-12, String(vectors));
});

test("a central difference of a quadratic is its slope, whatever the step", () => {
  const f = (x: number) => v(1 + 2 * x + 5 * x * x);
  for (const step of [0.1, 3]) assert.ok(Math.abs(centralDifference(f(step), f(-step))[0]! / step - 2) < 1e-12);
});

test("the effective rank counts equal values, is 1 for one alone and 0 for none", () => {
  assert.ok(Math.abs(effectiveRank(v(2, 2, 2)) - 3) < 1e-12);
  assert.equal(effectiveRank(v(5, 0, 0)), 1);
  assert.equal(effectiveRank(v(0, 0)), 0);
  const between = effectiveRank(v(4, 1));
  assert.ok(between > 1 && between < 2);
});
