import assert from "node:assert/strict";
import { test } from "node:test";
import { blank, extend, type Painting, paint, redo, type Stroke, undo, visible } from "./painting.ts";

const stroke = (x: number): Stroke => ({ points: [{ x, y: 0 }], radius: 2, erases: false });
const starts = (painting: Painting) => visible(painting).strokes.map(({ points }) => points[0]!.x);

test("strokes are undone and done again one by one; a new one forgets what was undone", () => {
  const two = paint(paint(blank, stroke(1)), stroke(2));
  assert.deepEqual(starts(two), [1, 2]);
  assert.deepEqual(starts(undo(two)), [1]);
  assert.deepEqual(redo(undo(two)), two);
  assert.deepEqual(redo(redo(undo(undo(two)))), two);
  const other = paint(undo(two), stroke(3));
  assert.deepEqual(starts(other), [1, 3]);
  assert.deepEqual(redo(other), other);
  assert.deepEqual(undo(blank), blank);
});

test("a stroke goes on under the brush, as one step", () => {
  const drawn = extend(extend(paint(blank, stroke(1)), { x: 2, y: 5 }), { x: 3, y: 6 });
  assert.deepEqual(visible(drawn).strokes[0]!.points, [
    { x: 1, y: 0 },
    { x: 2, y: 5 },
    { x: 3, y: 6 },
  ]);
  assert.deepEqual(undo(drawn).done, []);
  assert.equal(extend(blank, { x: 1, y: 1 }), blank);
});

test("to clear is a step as well: it takes away what is there, also what was there at first, and can be undone", () => {
  const cleared = paint(paint(blank, stroke(1)), "clear");
  assert.deepEqual(visible(cleared), { cleared: true, strokes: [] });
  assert.deepEqual(starts(paint(cleared, stroke(2))), [2]);
  assert.deepEqual(visible(undo(cleared)), { cleared: false, strokes: [stroke(1)] });
  assert.equal(extend(cleared, { x: 1, y: 1 }), cleared);
});
