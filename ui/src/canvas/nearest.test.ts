import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Point } from "./geometry.ts";
import { nearestIn } from "./nearest.ts";

const right = { x: 1, y: 0 };
const left = { x: -1, y: 0 };
const up = { x: 0, y: -1 };
const down = { x: 0, y: 1 };

/** Two rows of three nodes. */
const grid = new Map(
  ["a", "b", "c", "d", "e", "f"].map((id, i) => [id, { x: (i % 3) * 300, y: Math.floor(i / 3) * 200 }] as const),
);

test("arrow keys go from node to node in a grid as the eye does", () => {
  assert.equal(nearestIn(right, "a", grid), "b");
  assert.equal(nearestIn(right, "b", grid), "c");
  assert.equal(nearestIn(left, "c", grid), "b");
  assert.equal(nearestIn(down, "b", grid), "e");
  assert.equal(nearestIn(up, "f", grid), "c");
});

test("at the edge there is nothing further", () => {
  assert.equal(nearestIn(left, "a", grid), undefined);
  assert.equal(nearestIn(up, "c", grid), undefined);
  assert.equal(nearestIn(right, "f", grid), undefined);
});

test("what lies straight ahead is preferred to what is nearer but aside", () => {
  const places = new Map([
    ["here", { x: 0, y: 0 }],
    ["ahead", { x: 300, y: 0 }],
    ["aside", { x: 100, y: 150 }],
  ]);
  assert.equal(nearestIn(right, "here", places), "ahead");
});

test("without a node to begin at, any node is selected; in an empty workflow none", () => {
  assert.equal(nearestIn(right, undefined, grid), "a");
  assert.equal(nearestIn(right, "gone", grid), "a");
  assert.equal(nearestIn(right, undefined, new Map()), undefined);
});

test("the node that is found lies in the direction asked for", () => {
  const places = fc
    .array(fc.record({ x: fc.integer({ min: -999, max: 999 }), y: fc.integer({ min: -999, max: 999 }) }), {
      minLength: 1,
    })
    .map((all) => new Map<string, Point>(all.map((place, i) => [`n${i}`, place])));
  fc.assert(
    fc.property(places, fc.constantFrom(right, left, up, down), (all, direction) => {
      const here = all.get("n0")!;
      const found = nearestIn(direction, "n0", all);
      const ahead = ({ x, y }: { x: number; y: number }) => (x - here.x) * direction.x + (y - here.y) * direction.y;
      if (found === undefined) assert.ok([...all.values()].every((place) => ahead(place) <= 0));
      else assert.ok(ahead(all.get(found)!) > 0);
    }),
  );
});
