import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooDeep, mostDepth } from "./depth.ts";

const nested = (depth: number, open = "[", close = "]") => JSON.parse(open.repeat(depth) + close.repeat(depth));

test("JSON may be nested to a depth, in lists and objects, and no deeper", () => {
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const value = (depth: number) => JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`);
    assert.deepEqual([isTooDeep(value(mostDepth)), isTooDeep(value(mostDepth + 1))], [false, true]);
  }
});

test("C25: what is nested 300,000 deep is told without running out of stack; wide is not deep", () => {
  assert.equal(isTooDeep(nested(300_000)), true);
  assert.equal(isTooDeep(Array.from({ length: 300_000 }, () => [1])), false);
  for (const plain of [null, 7, "text", [], {}]) assert.equal(isTooDeep(plain), false);
});
