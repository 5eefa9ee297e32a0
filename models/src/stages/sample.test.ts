import assert from "node:assert/strict";
import { test } from "node:test";
import { readSample } from "./sample.ts";

const read = (size: unknown, more: object = {}) => readSample({ channels: 3, size, ...more }, "at");

test("a sample has one side, or the least and the greatest; without a multiple any side will do", () => {
  assert.deepEqual(read(64), { channels: 3, multiple: 1, size: 64 });
  assert.deepEqual(read([16, 64], { multiple: 8 }), { channels: 3, multiple: 8, size: [16, 64] });
  assert.deepEqual(read([64, 64]).size, [64, 64]);
});

test("both sides are multiples, the least is not above the greatest, and there are two", () => {
  assert.throws(() => read(60, { multiple: 8 }), /at.size is 60, but must be a multiple of 8/);
  assert.throws(() => read([16, 60], { multiple: 8 }), /a multiple of 8/);
  assert.throws(() => read([12, 64], { multiple: 8 }), /a multiple of 8/);
  assert.throws(() => read([64, 32]), /at.size\[1\] is 32/);
  for (const size of [[], [64], [1, 2, 3]])
    assert.throws(() => read(size), /a list of two, the least and the greatest/);
  for (const size of [0, 1.5, 8193, "64", null]) assert.throws(() => read(size), /at.size is /);
});

test("of several sides one may be the usual one", () => {
  assert.equal(read([16, 64], { multiple: 8, usual: 32 }).usual, 32);
  for (const usual of [8, 72, 33, 0]) assert.throws(() => read([16, 64], { multiple: 8, usual }), /at.usual is /);
  assert.throws(
    () => read(64, { usual: 64 }),
    /at.usual is 64, but must be one of the sides .* of which there are several/,
  );
});
