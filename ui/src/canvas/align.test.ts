import assert from "node:assert/strict";
import { test } from "node:test";
import { type Alignment, aligned, distributed } from "./align.ts";
import { boxAt } from "./geometry.ts";

const boxes = new Map([
  ["a", boxAt({ x: 0, y: 0 }, { width: 100, height: 50 })],
  ["b", boxAt({ x: 150, y: 200 }, { width: 40, height: 100 })],
  ["c", boxAt({ x: 400, y: 100 }, { width: 100, height: 20 })],
]);

test("boxes are brought in line with a side or the middle of all of them, and keep the other coordinate", () => {
  const xs = (to: Alignment) => [...aligned(boxes, to).values()].map(({ x }) => x);
  const ys = (to: Alignment) => [...aligned(boxes, to).values()].map(({ y }) => y);
  assert.deepEqual(xs("left"), [0, 0, 0]);
  assert.deepEqual(xs("right"), [400, 460, 400]);
  assert.deepEqual(xs("centre"), [200, 230, 200]);
  assert.deepEqual(ys("left"), [0, 200, 100]);
  assert.deepEqual(ys("top"), [0, 0, 0]);
  assert.deepEqual(ys("bottom"), [250, 200, 280]);
  assert.deepEqual(ys("middle"), [125, 100, 140]);
  assert.deepEqual(xs("top"), [0, 150, 400]);
  assert.equal(aligned(new Map(), "left").size, 0);
});

test("boxes get the same gap between one another, and the outermost stay", () => {
  assert.deepEqual(
    [...distributed(boxes, "x")].map(([id, { x }]) => [id, x]),
    [
      ["a", 0],
      ["b", 230],
      ["c", 400],
    ],
  );
  assert.deepEqual(
    [...distributed(boxes, "y")].map(([id, { y }]) => [id, y]),
    [
      ["a", 0],
      ["c", 115],
      ["b", 200],
    ],
  );
});

test("two boxes are distributed already", () => {
  assert.equal(distributed(new Map([...boxes].slice(0, 2)), "x").size, 0);
});
