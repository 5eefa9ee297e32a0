import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Box, boxAt, overlap } from "../canvas/geometry.ts";
import { cardsToDraw } from "./cards-to-draw.ts";

const size = { width: 256, height: 240 };

/** So many cards, in rows of 25. */
function grid(count: number): ReadonlyMap<string, Box> {
  return new Map(
    Array.from({ length: count }, (_, i) => [`n${i}`, boxAt({ x: (i % 25) * 300, y: Math.floor(i / 25) * 300 }, size)]),
  );
}

const ask = (boxes: ReadonlyMap<string, Box>, window: Box, wasPlain = false) =>
  cardsToDraw({ ids: boxes.keys(), few: false, window, wasPlain, boxOf: (id) => boxes.get(id) });

test("few nodes are all drawn, wherever the window is", () => {
  const boxes = grid(30);
  const window = boxAt({ x: 90_000, y: 0 }, { width: 1280, height: 720 });
  const { ids, plain } = cardsToDraw({ ids: boxes.keys(), few: true, window, wasPlain: false, boxOf: () => undefined });
  assert.deepEqual(ids, [...boxes.keys()]);
  assert.equal(plain, false);
});

test("wherever the window goes, every card in it is drawn, also while it moves by less than the slack", () => {
  const boxes = grid(1_000);
  const windows = fc.record({
    x: fc.integer({ min: -3_000, max: 9_000 }),
    y: fc.integer({ min: -3_000, max: 14_000 }),
    k: fc.double({ min: 0.05, max: 3, noNaN: true }),
    by: fc.double({ min: -1, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(windows, ({ x, y, k, by }) => {
      const { ids, slack } = ask(boxes, boxAt({ x, y }, { width: 1280 / k, height: 720 / k }));
      const moved = boxAt({ x: x + by * slack, y: y - by * slack }, { width: 1280 / k, height: 720 / k });
      const drawn = new Set(ids);
      for (const [id, box] of boxes) if (overlap(box, moved)) assert.ok(drawn.has(id), id);
    }),
  );
});

test("the cards nearest to the middle of the window come first, and far ones not at all", () => {
  const { ids } = ask(grid(1_000), boxAt({ x: 600, y: 600 }, { width: 1280, height: 720 }));
  assert.equal(ids[0], "n79");
  assert.ok(ids.length < 60, `${ids.length}`);
  assert.ok(!ids.includes("n999"));
});

test("so many cards that none can be read are plain, and stay so until there are clearly fewer", () => {
  const boxes = grid(1_000);
  const far = boxAt({ x: 0, y: 0 }, { width: 7_000, height: 3_900 });
  assert.equal(ask(boxes, far).plain, true);
  const edge = boxAt({ x: 0, y: 0 }, { width: 4_400, height: 3_000 });
  assert.equal(ask(boxes, edge, false).plain, false);
  assert.equal(ask(boxes, edge, true).plain, true);
  assert.equal(ask(boxes, boxAt({ x: 0, y: 0 }, { width: 2_000, height: 1_200 }), true).plain, false);
});

test("what is hidden in a collapsed group is not drawn", () => {
  const boxes = grid(500);
  const window = boxAt({ x: 0, y: 0 }, { width: 1280, height: 720 });
  const { ids } = cardsToDraw({
    ids: boxes.keys(),
    few: false,
    window,
    wasPlain: false,
    boxOf: (id) => (id === "n1" ? undefined : boxes.get(id)),
  });
  assert.ok(ids.includes("n0"));
  assert.ok(!ids.includes("n1"));
});
