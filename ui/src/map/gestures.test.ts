import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, dragFrom, isDrag } from "./gestures.ts";

test("a drag moves the map, leads from a point, or outlines if that is asked for", () => {
  const press = { item: undefined, lasso: false, always: false };
  assert.deepEqual(dragFrom(press), { does: "pan" });
  assert.deepEqual(dragFrom({ ...press, item: 4 }), { does: "join", from: 4 });
  assert.deepEqual(dragFrom({ ...press, item: 4, lasso: true }), { does: "lasso" });
  assert.deepEqual(dragFrom({ ...press, item: 4, always: true }), { does: "pan" });
});

test("a hand that trembles still clicks", () => {
  assert.equal(isDrag({ x: 0, y: 0 }, { x: 3, y: 2 }), false);
  assert.equal(isDrag({ x: 0, y: 0 }, { x: 5, y: 0 }), true);
});

test("keys move the cross, farther with Shift, zoom, and act where it is; others are left alone", () => {
  assert.deepEqual(actOf("ArrowUp", false), { does: "move", by: { x: 0, y: -12 } });
  assert.deepEqual(actOf("ArrowRight", true), { does: "move", by: { x: 60, y: 0 } });
  assert.deepEqual(actOf("+", true), { does: "zoom", factor: 1.5 });
  for (const [key, does] of [
    ["0", "fit"],
    ["Enter", "press"],
    [" ", "press"],
    ["j", "join"],
  ] as const)
    assert.deepEqual(actOf(key, false), { does });
  for (const key of ["a", "Tab", "Escape", "toString"]) assert.equal(actOf(key, false), undefined);
});
