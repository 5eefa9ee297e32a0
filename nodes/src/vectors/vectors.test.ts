import assert from "node:assert/strict";
import { test } from "node:test";
import { combined, cosine, dot, norm, scaled, unit } from "./vectors.ts";

const v = (...numbers: number[]) => Float32Array.from(numbers);

test("products, norms and cosines of known vectors", () => {
  assert.equal(dot(v(1, 2, 3), v(4, 5, 6)), 32);
  assert.equal(norm(v(3, 4)), 5);
  assert.equal(cosine(v(3, 4), v(-4, 3)), 0);
  assert.equal(cosine(v(2, 0), v(-3, 0)), -1);
  assert.ok(Math.abs(cosine(v(1, 0), v(3, 4)) - 0.6) < 1e-15);
  assert.equal(cosine(v(0, 0), v(1, 0)), 0, "zeros have no direction");
  assert.deepEqual([...scaled(v(1, -2), 3)], [3, -6]);
  assert.deepEqual([...unit(v(3, 4))!], [3 * (1 / 5), 4 * (1 / 5)]);
  assert.equal(unit(v(0, 0)), undefined);
  assert.deepEqual([...combined([v(1, 2), v(10, 20)], [2, -0.5])], [-3, -6]);
});

test("sums are kept in float64: a hundred thousand small numbers lose nothing", () => {
  const many = new Float32Array(100_000).fill(0.1);
  assert.ok(Math.abs(norm(many) - Math.fround(0.1) * Math.sqrt(100_000)) < 1e-9);
});
