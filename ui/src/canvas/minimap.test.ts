import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boxAt, toCanvas } from "./geometry.ts";
import { cameraTo, mapFrame, onMap } from "./minimap.ts";

const size = { width: 200, height: 140 };
const number = fc.integer({ min: -5_000, max: 5_000 });
const side = fc.integer({ min: 1, max: 3_000 });
const box = fc.tuple(number, number, side, side).map(([x, y, width, height]) => boxAt({ x, y }, { width, height }));

test("all cards and the window lie in the map, whatever their places", () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 20 }), box, (cards, window) => {
      const frame = mapFrame(cards, window, size);
      for (const one of [...cards, window]) {
        const { left, top, right, bottom } = onMap(one, frame);
        assert.ok(left >= 5.99 && top >= 5.99 && right <= size.width - 5.99 && bottom <= size.height - 5.99);
      }
    }),
  );
});

test("a click brings the point under it into the middle of the window, at the scale that the canvas has", () => {
  fc.assert(
    fc.property(box, box, fc.double({ min: 0.05, max: 3, noNaN: true }), (card, window, k) => {
      const frame = mapFrame([card], window, size);
      const wanted = { x: (card.left + card.right) / 2, y: (card.top + card.bottom) / 2 };
      const { left, top, right, bottom } = onMap(card, frame);
      const at = { x: (left + right) / 2, y: (top + bottom) / 2 };
      const camera = cameraTo(at, frame, { k, x: 3, y: 4 }, { width: 800, height: 600 });
      const middle = toCanvas({ x: 400, y: 300 }, camera);
      assert.ok(Math.hypot(middle.x - wanted.x, middle.y - wanted.y) < 1e-6);
      assert.equal(camera.k, k);
    }),
  );
});

test("one card alone does not fill the map", () => {
  const card = boxAt({ x: 0, y: 0 }, { width: 240, height: 180 });
  assert.equal(mapFrame([card], card, size).scale, 0.2);
});
