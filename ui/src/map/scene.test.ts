import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf } from "./camera.ts";
import { eachVisible, pictureSide, pointAt, spacingOf } from "./scene.ts";

const camera = (scale: number) => ({ scale, left: 0, top: 100 });
const size = { width: 100, height: 100 };

test("points are dots while they are many and far, and pictures that grow up to a limit when near", () => {
  const spacing = spacingOf(boundsOf([0, 0, 10, 10]), 100);
  assert.equal(spacing, 1);
  assert.equal(pictureSide(camera(10), spacing), 0);
  assert.equal(pictureSide(camera(40), spacing), 28);
  assert.equal(pictureSide(camera(4000), spacing), 96);
});

test("points on a line have room too", () => {
  assert.ok(spacingOf(boundsOf([0, 0, 10, 0]), 10) > 0.5);
});

test("only points of which something is inside the window are drawn, at whole pixels", () => {
  const seen: number[][] = [];
  eachVisible(camera(10), [1, 1, -0.5, 1, -3, 1, 10.4, 9.96], size, 6, (...at) => seen.push(at));
  assert.deepEqual(seen, [
    [0, 10, 90],
    [1, -5, 90],
    [3, 104, 0],
  ]);
});

test("a point is hit where its picture or its dot is, of two the nearer", () => {
  const points = [0, 0, 1, 0];
  assert.equal(pointAt(camera(40), points, 60, { x: 0.6, y: 0 }), 1);
  assert.equal(pointAt(camera(40), points, 60, { x: 0.4, y: 0.5 }), 0);
  assert.equal(pointAt(camera(40), points, 60, { x: 0, y: 0.8 }), undefined);
  assert.equal(pointAt(camera(40), points, 0, { x: 0.1, y: 0.1 }), 0);
  assert.equal(pointAt(camera(40), points, 0, { x: 0.3, y: 0 }), undefined);
  assert.equal(pointAt(camera(40), [], 60, { x: 0, y: 0 }), undefined);
});
