import assert from "node:assert/strict";
import { test } from "node:test";
import { linkPath } from "./link-path.ts";

test("corners are rounded, and less so where there is little room", () => {
  const wide = linkPath([
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 90 },
    { x: 100, y: 90 },
  ]);
  assert.equal(wide, "M0 0L40 0Q50 0 50 10L50 80Q50 90 60 90L100 90");
  const narrow = linkPath([
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 8 },
    { x: 100, y: 8 },
  ]);
  assert.equal(narrow, "M0 0L46 0Q50 0 50 4L50 4Q50 8 54 8L100 8");
});

test("a way of one line has no corner", () => {
  assert.equal(
    linkPath([
      { x: 1, y: 2 },
      { x: 30, y: 2 },
    ]),
    "M1 2L30 2",
  );
  assert.equal(linkPath([]), "");
});
