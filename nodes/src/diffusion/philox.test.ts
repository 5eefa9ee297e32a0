import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian, philox4x32, uniform } from "./philox.ts";

function words(counter: readonly number[], key: readonly [number, number]): string[] {
  const state = Uint32Array.from(counter);
  philox4x32(state, ...key);
  return [...state].map((word) => word.toString(16).padStart(8, "0"));
}

test("philox4x32-10 returns the known answers of its authors (Random123, kat_vectors)", () => {
  assert.deepEqual(words([0, 0, 0, 0], [0, 0]), ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]);
  const ones = 0xffffffff;
  assert.deepEqual(words([ones, ones, ones, ones], [ones, ones]), ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]);
  assert.deepEqual(words([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]), [
    "d16cfe09",
    "94fdcceb",
    "5001e420",
    "24126ea1",
  ]);
});

test("the normals are those that the oracle computes", () => {
  // Made by training's Python: key (seed, purpose << 16), Box-Muller in float64.
  assert.deepEqual(
    [...gaussian(7, "decoder", 0, 8)],
    [
      1.0334149599075317, 1.595144271850586, 1.7669291496276855, 0.07508232444524765, -0.26216763257980347,
      -0.6232697367668152, 0.3125041127204895, -0.6848241090774536,
    ],
  );
  assert.deepEqual(
    [...gaussian(4294967295, "upsampler-1024", 3, 6)],
    [
      -1.3655352592468262, 0.3071979880332947, -1.8595632314682007, -0.9736335873603821, -1.5668554306030273,
      0.4365059435367584,
    ],
  );
});

test("a word of zeros becomes the largest possible normal, not an infinite one", () => {
  // The smallest seed whose first word is 0; found by going through all of them.
  const [one, other] = gaussian(435_617_694, "prior", 0, 2);
  assert.ok(Math.abs(Math.hypot(one!, other!) - Math.sqrt(-2 * Math.log(0.5 / 2 ** 32))) < 1e-6, `${one} ${other}`);
});

test("an element does not depend on how many are asked for", () => {
  const long = gaussian(3, "prior", 2, 64);
  for (const length of [1, 2, 3, 5, 63]) {
    assert.deepEqual(gaussian(3, "prior", 2, length), long.slice(0, length));
  }
});

test("seed, purpose, step and draw all change the noise", () => {
  const variants = [
    gaussian(1, "prior", 0, 8),
    gaussian(2, "prior", 0, 8),
    gaussian(1, "decoder", 0, 8),
    gaussian(1, "prior", 1, 8),
    gaussian(1, "prior", 0, 8, 1),
  ];
  assert.equal(new Set(variants.map(String)).size, variants.length);
});

test("the normals are standard: mean 0, variance 1, kurtosis 3", () => {
  const n = gaussian(11, "upsampler-256", 0, 200_000);
  const moment = (power: number) => n.reduce((sum, value) => sum + value ** power, 0) / n.length;
  assert.ok(Math.abs(moment(1)) < 0.01, `mean ${moment(1)}`);
  assert.ok(Math.abs(moment(2) - 1) < 0.015, `variance ${moment(2)}`);
  assert.ok(Math.abs(moment(4) - 3) < 0.1, `kurtosis ${moment(4)}`);
});

test("uniform numbers are those of which the normals are made, and lie between 0 and 1", () => {
  const numbers = uniform(7, "decoder", 2, 6);
  const [normal] = gaussian(7, "decoder", 2, 1);
  assert.equal(normal, Math.fround(Math.sqrt(-2 * Math.log(numbers[0]!)) * Math.cos(2 * Math.PI * numbers[1]!)));
  assert.deepEqual(uniform(7, "decoder", 2, 3), numbers.slice(0, 3));
  const many = uniform(1, "autoregressive-prior", 0, 100_000);
  assert.ok(many.every((number) => number > 0 && number < 1));
  assert.ok(Math.abs(many.reduce((sum, number) => sum + number, 0) / many.length - 0.5) < 5e-3);
  assert.notDeepEqual(uniform(1, "autoregressive-prior", 0, 4, 1), many.slice(0, 4));
});
