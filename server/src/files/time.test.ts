import assert from "node:assert/strict";
import { test } from "node:test";
import { isTime } from "./time.ts";

test("what a file says is a time if a date can be made of it", () => {
  for (const value of [0, -1, 1.5, Date.now(), 8.64e15, -8.64e15])
    assert.ok(isTime(value) && new Date(value).toISOString(), String(value));
  for (const value of [8.64e15 + 1, 1e300, Number.POSITIVE_INFINITY, Number.NaN, "1", null, undefined, [1], 1n])
    assert.equal(isTime(value), false, String(value));
});
