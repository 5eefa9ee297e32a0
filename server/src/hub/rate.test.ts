import assert from "node:assert/strict";
import { test } from "node:test";
import { Rate } from "./rate.ts";

/** A rate on a clock that the test moves, in seconds. */
function start() {
  let now = 0;
  const rate = new Rate(() => now * 1000);
  const at = (seconds: number, bytes: number) => {
    now = seconds;
    return rate.at(bytes, 1000);
  };
  return at;
}

test("a rate is that of the last seconds, and the rest takes as long as it says", () => {
  const at = start();
  assert.deepEqual(at(0, 0), {});
  assert.deepEqual(at(0.4, 40), {}, "too early to say");
  assert.deepEqual(at(2, 200), { bytesPerSecond: 100, secondsLeft: 8 });
  for (let second = 3; second <= 9; second++) at(second, 200 + 50 * (second - 2));
  assert.deepEqual(at(10, 600), { bytesPerSecond: 50, secondsLeft: 8 });
});

test("nothing that comes has no rate, and a new beginning counts for itself", () => {
  const at = start();
  at(0, 500);
  assert.deepEqual(at(3, 500), {});
  at(4, 0);
  assert.deepEqual(at(5, 20), { bytesPerSecond: 20, secondsLeft: 49 });
});
