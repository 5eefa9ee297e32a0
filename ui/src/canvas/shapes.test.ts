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
