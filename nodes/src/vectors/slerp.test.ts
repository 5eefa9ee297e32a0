import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { slerp } from "./slerp.ts";
import { cosine, norm } from "./vectors.ts";

const v = (...numbers: number[]) => Float32Array.from(numbers);
const at = (a: Float32Array, b: Float32Array, position: number) => {
  const point = slerp(a, b, position);
  assert.ok(point instanceof Float64Array, String(point));
  return point;
};

test("a quarter circle is cut by the angle", () => {
  for (const [position, degrees] of [
    [1 / 3, 30],
    [1 / 2, 45],
    [2 / 3, 60],
  ] as const) {
    const [x, y] = at(v(1, 0), v(0, 1), position);
    assert.ok(Math.abs(x! - Math.cos((degrees * Math.PI) / 180)) < 1e-15);
    assert.ok(Math.abs(y! - Math.sin((degrees * Math.PI) / 180)) < 1e-15);
  }
});

test("the ends are the very vectors, whatever lies between them", () => {
  const a = v(0.1, -0.2, 1e-20);
  for (const b of [v(5, 5, 5), a, a.map((value) => -value), v(0, 0, 0)]) {
    assert.deepEqual([...at(a, b, 0)], [...a]);
    assert.deepEqual([...at(a, b, 1)], [...b]);
  }
});

test("equal vectors and almost equal ones stay where they are", () => {
  const a = v(1, 2, 3);
  for (const position of [0.25, 0.5]) {
    for (const [i, value] of at(a, a, position).entries()) assert.ok(Math.abs(value - a[i]!) < 1e-12);
    const near = at(a, v(1, 2, 3.0001), position);
    assert.ok(near.every(Number.isFinite) && Math.abs(near[2]! - (3 + 0.0001 * position)) < 1e-6);
  }
});

test("opposite vectors, almost opposite ones and zeros have no way between them, and the result says which", () => {
  const a = v(1, -2, 3);
  assert.equal(
    slerp(
      a,
      a.map((value) => -value),
      0.5,
    ),
    "opposite",
  );
  assert.equal(slerp(a, v(-1, 2, -3.00001), 0.5), "opposite");
  assert.equal(slerp(a, v(0, 0, 0), 0.5), "zero");
  assert.equal(slerp(v(0, 0, 0), a, 0.5), "zero");
  assert.ok(slerp(a, v(-1, 2, -3.1), 0.5) instanceof Float64Array);
});

test("norms go along a line, angles evenly, and there and back are one way", () => {
  const vector = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 5, maxLength: 5 }).map((n) => v(...n));
  fc.assert(
    fc.property(vector, vector, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, position) => {
      const point = slerp(a, b, position);
      fc.pre(point instanceof Float64Array);
      const length = (1 - position) * norm(a) + position * norm(b);
      assert.ok(Math.abs(norm(point) - length) < 1e-9 * length);
      const angle = (x: Float32Array | Float64Array, y: Float32Array | Float64Array) => Math.acos(cosine(x, y));
      assert.ok(Math.abs(angle(a, point) - position * angle(a, b)) < 1e-6);
      const back = at(b, a, 1 - position);
      for (const [i, value] of back.entries()) assert.ok(Math.abs(value - point[i]!) < 1e-9 * length);
    }),
  );
});
