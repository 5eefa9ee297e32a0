import assert from "node:assert/strict";
import { test } from "node:test";
import { difference, directionOf, mean, share } from "./estimate.ts";

const times = (count: number, value: boolean) => Array.from({ length: count }, () => value);
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 5e-5, `${a}, not ${b}`);

test("the difference of two shares has Newcombe's interval", () => {
  // 56 of 70 and 48 of 80: Newcombe (1998), table II, method 10.
  const found = difference(
    share([...times(56, true), ...times(14, false)]),
    share([...times(48, true), ...times(32, false)]),
  );
  near(found.value, 0.2);
  near(found.low, 0.0524);
  near(found.high, 0.3339);
});

test("a share leaves out what was not asked; of nothing there is none", () => {
  assert.equal(share([true, null, false, null]).value, 0.5);
  assert.throws(() => share([null]), /no item/);
  assert.throws(() => mean([]), /no value/);
});

test("a mean lies in its interval; equal values have a point", () => {
  const { value, low, high } = mean([1, 2, 3, 6]);
  assert.ok(value === 3 && low < 3 && high > 3);
  assert.deepEqual(mean([2, 2, 2]), { value: 2, low: 2, high: 2 });
});

test("a direction holds, or does not, if the whole interval says so", () => {
  assert.equal(directionOf({ low: 0.1, high: 0.4 }), "holds");
  assert.equal(directionOf({ low: -0.4, high: -0.1 }), "does not hold");
  assert.equal(directionOf({ low: -0.1, high: 0.4 }), "cannot be told");
  assert.equal(directionOf({ low: 0, high: 0 }), "cannot be told");
});
