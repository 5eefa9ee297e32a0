import assert from "node:assert/strict";
import { test } from "node:test";
import { cameraOf, centred, movedBy, pixelAt, scaledAt } from "./picture-camera.ts";

const picture = { width: 64, height: 32 };
const box = { width: 640, height: 480 };

test("fitted, all of the picture is seen as large as it can be, in the middle of the box", () => {
  assert.deepEqual(cameraOf("fit", picture, box), { scale: 10, x: 0, y: 80 });
  assert.deepEqual(cameraOf("fit", { width: 4096, height: 4096 }, box), { scale: 480 / 4096, x: 80, y: 0 });
  assert.deepEqual(cameraOf({ scale: 2, x: 5, y: 6 }, picture, box), { scale: 2, x: 5, y: 6 });
});

test("the pixel under the pointer stays there while the picture is scaled, within limits", () => {
  const before = centred(1, picture, box);
  const at = { x: 300, y: 230 };
  const pixel = pixelAt(before, at, picture);
  for (const scale of [2, 7.5, 64]) assert.deepEqual(pixelAt(scaledAt(before, scale, at), at, picture), pixel);
  assert.equal(scaledAt(before, 1_000, at).scale, 64);
  assert.equal(scaledAt(before, 0, at).scale, 1 / 32);
});

test("a picture that is moved never leaves the box", () => {
  const far = movedBy(centred(10, picture, box), { x: 9_999, y: -9_999 }, picture, box);
  assert.deepEqual(far, { scale: 10, x: 592, y: -272 });
});

test("a pixel has its column and row; beside the picture there is none", () => {
  const camera = { scale: 10, x: 0, y: 80 };
  assert.deepEqual(pixelAt(camera, { x: 0, y: 80 }, picture), { x: 0, y: 0 });
  assert.deepEqual(pixelAt(camera, { x: 639.9, y: 399.9 }, picture), { x: 63, y: 31 });
  assert.equal(pixelAt(camera, { x: 640, y: 100 }, picture), undefined);
  assert.equal(pixelAt(camera, { x: 10, y: 79 }, picture), undefined);
});
