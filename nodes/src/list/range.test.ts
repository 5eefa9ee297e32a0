import assert from "node:assert/strict";
import { test } from "node:test";
import { runNode } from "../testing/index.ts";
import { range } from "./range.ts";

const numbers = async (from: number, to: number, count: number) =>
  (await runNode(range, {}, { from, to, count })).outputs.numbers;

test("numbers are evenly spaced and both ends are exact", async () => {
  assert.deepEqual(await numbers(1, 9, 5), [1, 3, 5, 7, 9]);
  assert.deepEqual(await numbers(1, -1, 3), [1, 0, -1]);
  const tenths = (await numbers(0.1, 0.7, 7)) as number[];
  assert.equal(tenths.at(0), 0.1);
  assert.equal(tenths.at(-1), 0.7);
});

test("one number is the first", async () => {
  assert.deepEqual(await numbers(3, 8, 1), [3]);
});
