import assert from "node:assert/strict";
import { test } from "node:test";
import { barPath } from "./bar-path.ts";

test("bars stand one unit apart, up for more than zero and down for less, the longest 19 of 20 units", () => {
  assert.equal(barPath([1, -2, 0]), "M0.5 20V10.50M1.5 20V39.00M2.5 20V20.00");
});

test("numbers that are all zero are bars of no height, and none are no bars", () => {
  assert.equal(barPath([0, 0]), "M0.5 20V20.00M1.5 20V20.00");
  assert.equal(barPath([]), "");
});
