import assert from "node:assert/strict";
import { test } from "node:test";
import { Shapes, typicalCard } from "./shapes.ts";

const small = { width: 256, height: 100 };
const large = { width: 256, height: 400 };

test("a card that was never drawn is taken to be as one of its make, and typical until one is drawn", () => {
  const shapes = new Shapes();
  assert.deepEqual(shapes.size("b", "prompt"), typicalCard);
  assert.equal(shapes.knows("prompt"), false);
  shapes.drawn("a", "prompt", small);
  shapes.socketDrawn("prompt", "output text", { x: 248, y: 50 });
  assert.deepEqual(shapes.size("b", "prompt"), small);
  assert.deepEqual(shapes.socket("prompt", "output text"), { x: 248, y: 50 });
  assert.equal(shapes.socket("decoder", "output text"), undefined);
});

test("a card keeps the size that it was drawn in, whatever others of its make have, until it is of another make", () => {
  const shapes = new Shapes();
  shapes.drawn("a", "prompt", large);
  shapes.drawn("b", "prompt", small);
  assert.deepEqual(shapes.size("a", "prompt"), large);
  shapes.drawn("c", "folded", small);
  assert.deepEqual(shapes.size("a", "folded"), small);
  shapes.forget("a");
  assert.deepEqual(shapes.size("a", "prompt"), small);
});

test("the first card of a make speaks for those that were never drawn, and only its own change moves them", () => {
  const shapes = new Shapes();
  assert.equal(shapes.drawn("a", "decoder", small), true);
  assert.equal(shapes.drawn("b", "decoder", large), false, "a run has put a picture into it");
  assert.deepEqual(shapes.size("c", "decoder"), small);
  assert.equal(shapes.drawn("a", "decoder", large), true);
  assert.deepEqual(shapes.size("c", "decoder"), large);
  assert.equal(shapes.drawn("a", "folded", small), true);
  assert.deepEqual(shapes.size("c", "decoder"), large, "the next one of its make speaks now");
});

test("what was measured of a make is known when all of its cards are gone, as for undo", () => {
  const shapes = new Shapes();
  shapes.drawn("a", "decoder", large);
  shapes.forget("a");
  assert.equal(shapes.knows("decoder"), true);
  assert.deepEqual(shapes.size("a", "decoder"), large);
});
