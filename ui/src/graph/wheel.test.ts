import assert from "node:assert/strict";
import { test } from "node:test";
import { turnOf, type WheelPress } from "./wheel.ts";

const turn = (press: Partial<WheelPress>) =>
  turnOf({ deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, metaKey: false, shiftKey: false, ...press }, 600);

test("wheel and two fingers pan: what is scrolled to comes into view", () => {
  assert.deepEqual(turn({ deltaY: 100 }), { x: 0, y: -100 });
  assert.deepEqual(turn({ deltaX: 7, deltaY: -3 }), { x: -7, y: 3 });
  assert.deepEqual(turn({ deltaY: 3, deltaMode: 1 }), { x: 0, y: -48 });
  assert.deepEqual(turn({ deltaY: 1, deltaMode: 2 }), { x: 0, y: -600 });
});

test("Shift turns the wheel sideways, unless the browser has done so", () => {
  assert.deepEqual(turn({ deltaY: 100, shiftKey: true }), { x: -100, y: 0 });
  assert.deepEqual(turn({ deltaX: 100, shiftKey: true }), { x: -100, y: 0 });
});

test("with Ctrl or the command key it zooms: a pinch by little, a notch by a quarter, back to where it was", () => {
  for (const held of [{ ctrlKey: true }, { metaKey: true }]) {
    const zoom = (deltaY: number) => {
      const found = turn({ deltaY, ...held });
      return "zoom" in found ? found.zoom : assert.fail("it pans");
    };
    assert.ok(Math.abs(zoom(-2) - 1.02) < 0.001);
    assert.ok(Math.abs(zoom(-100) - 1.284) < 0.001);
    assert.ok(Math.abs(zoom(-120) * zoom(100) - 1) < 1e-12);
  }
});
