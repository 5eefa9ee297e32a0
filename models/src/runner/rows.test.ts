import assert from "node:assert/strict";
import { test } from "node:test";
import { elementsOf, equalBits, joinRows, rowsOf, splitRows, takeRows } from "./rows.ts";
import type { Tensor } from "./tensor.ts";

const floats = (shape: readonly number[], ...data: number[]): Tensor => ({ shape, data: Float32Array.from(data) });
const whole = (shape: readonly number[], ...data: number[]): Tensor => ({ shape, data: Int32Array.from(data) });

test("a shape has as many elements as its sizes make; no size is one element", () => {
  assert.deepEqual([elementsOf([2, 3, 4]), elementsOf([]), elementsOf([5])], [24, 1, 5]);
});

test("the rows of feeds are what they all have along axis 0", () => {
  assert.equal(rowsOf({ a: floats([2, 1], 1, 2), b: whole([2], 1, 2) }), 2);
  assert.throws(() => rowsOf({ a: floats([2], 1, 2), b: floats([1], 1) }), /Feed "b" has 1 rows and another .* 2/);
  assert.throws(() => rowsOf({}), /at least one row/);
  for (const shape of [[3], [2, 2], [0, 2], [-1, -2], [1.5]])
    assert.throws(() => rowsOf({ a: floats(shape, 1, 2) }), /Feed "a" has 2 values, but its shape is \[/);
});

test("parts are joined one after the other, each tensor in its own type", () => {
  const one = { x: floats([1, 2], 1, 2), ids: whole([1], 7) };
  const two = { x: floats([2, 2], 3, 4, 5, 6), ids: whole([2], 8, 9) };
  assert.deepEqual(joinRows([one, two]), { x: floats([3, 2], 1, 2, 3, 4, 5, 6), ids: whole([3], 7, 8, 9) });
  assert.equal(joinRows([one]), one, "one part is not copied");
});

test("what was joined is split into the same parts, in copies of their own", () => {
  const parts = [{ x: floats([1, 2], 1, 2) }, { x: floats([2, 2], 3, 4, 5, 6) }, { x: floats([1, 2], 7, 8) }];
  const joined = joinRows(parts);
  const split = splitRows(joined, [1, 2, 1]);
  assert.deepEqual(split, parts);
  joined.x!.data.fill(0);
  assert.deepEqual(split, parts);
  assert.deepEqual(takeRows({ x: floats([3], 1, 2, 3) }, 1, 3), { x: floats([2], 2, 3) });
});

test("tensors are equal if names, shapes and bits are: -0 is not 0, and NaN is itself", () => {
  const x = { x: floats([1, 2], 1, 2) };
  assert.ok(equalBits(x, { x: floats([1, 2], 1, 2) }));
  assert.ok(equalBits({ x: floats([1], Number.NaN) }, { x: floats([1], Number.NaN) }));
  for (const other of [
    { x: floats([2, 1], 1, 2) },
    { x: floats([1, 2], 1, 2.0000002) },
    { y: floats([1, 2], 1, 2) },
    { ...x, y: floats([1], 1) },
    {},
  ])
    assert.ok(!equalBits(x, other) && !equalBits(other, x), JSON.stringify(other));
  assert.ok(!equalBits({ x: floats([1], 0) }, { x: floats([1], -0) }));
  assert.ok(!equalBits({ x: floats([1], 1) }, { x: { shape: [1], data: Float32Array.of(1, 2) } }));
});
