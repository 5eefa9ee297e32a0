import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boundsOf, type Camera, fitAll, panBy, roundTo, toMap, toScreen, zoomAt } from "./camera.ts";

const near = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  assert.ok(Math.hypot(a.x - b.x, a.y - b.y) < 1e-6, `${JSON.stringify(a)} is not ${JSON.stringify(b)}`);

test("a place of the map is on the screen where the screen's place is on the map, and y grows upwards", () => {
  const camera: Camera = { scale: 20, left: 100, top: 300 };
  near(toScreen(camera, { x: 1, y: 2 }), { x: 120, y: 260 });
  const number = fc.double({ min: -1000, max: 1000, noNaN: true });
  fc.assert(fc.property(number, number, (x, y) => near(toMap(camera, toScreen(camera, { x, y })), { x, y })));
});

test("all points are shown in the middle with room at the edges, one scale for both axes", () => {
  const bounds = boundsOf([-1, 0, 3, 1, 1, -1]);
  assert.deepEqual(bounds, { least: { x: -1, y: -1 }, most: { x: 3, y: 1 } });
  const camera = fitAll(bounds, { width: 500, height: 400 }, 50);
  assert.equal(camera.scale, 100);
  near(toScreen(camera, { x: -1, y: 0 }), { x: 50, y: 200 });
  near(toScreen(camera, { x: 3, y: 0 }), { x: 450, y: 200 });
});

test("points that are all at one place, or a window without size, still have a scale", () => {
  const one = fitAll(boundsOf([2, 5, 2, 5]), { width: 100, height: 100 }, 20);
  near(toScreen(one, { x: 2, y: 5 }), { x: 50, y: 50 });
  for (const scale of [one.scale, fitAll(boundsOf([0, 0, 1, 1]), { width: 0, height: 0 }, 20).scale])
    assert.ok(scale > 0 && Number.isFinite(scale));
});

test("zooming keeps the place under the pointer, within limits; moving moves all by as much", () => {
  const camera: Camera = { scale: 10, left: 0, top: 0 };
  const at = { x: 70, y: -30 };
  const closer = zoomAt(camera, at, 3, 10);
  assert.equal(closer.scale, 30);
  near(toMap(closer, at), toMap(camera, at));
  assert.equal(zoomAt(camera, at, 1e9, 10).scale, 4000);
  assert.equal(zoomAt(camera, at, 1e-9, 10).scale, 2.5);
  near(toScreen(panBy(camera, { x: 5, y: 6 }), { x: 1, y: 1 }), { x: 15, y: -4 });
});

test("a coordinate has as many digits as the scale can tell apart", () => {
  assert.equal(roundTo(100, 0.123456789), 0.1235);
  assert.equal(roundTo(0.0001, 12345.6), 12346);
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 1e5, noNaN: true }),
      fc.double({ min: -50, max: 50, noNaN: true }),
      (scale, x) => assert.ok(Math.abs(roundTo(scale, x) - x) * scale <= 0.5),
    ),
  );
});
