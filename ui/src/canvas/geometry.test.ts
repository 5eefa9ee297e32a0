import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  between,
  boxAround,
  boxAt,
  boxBetween,
  fitInto,
  fitReadably,
  largest,
  overlap,
  type Point,
  readable,
  shiftIntoView,
  smallest,
  type Transform,
  toCanvas,
  zoomAround,
} from "./geometry.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point = fc.record({ x: number(-5_000, 5_000), y: number(-5_000, 5_000) });
const size = fc.record({ width: number(1, 3_000), height: number(1, 3_000) });
const transform = fc.record({ k: number(smallest, largest), x: number(-2_000, 2_000), y: number(-2_000, 2_000) });
const drawn = ({ x, y }: Point, { k, x: dx, y: dy }: Transform): Point => ({ x: k * x + dx, y: k * y + dy });
const close = (a: number, b: number, what: string) => assert.ok(Math.abs(a - b) < 1e-6, `${what}: ${a}, not ${b}`);

test("a point of the canvas is found again where it is drawn", () => {
  fc.assert(
    fc.property(point, transform, (at, now) => {
      const back = toCanvas(drawn(at, now), now);
      close(back.x, at.x, "x");
      close(back.y, at.y, "y");
    }),
  );
});

test("zooming leaves the point that it is done around where it was, and keeps within its limits", () => {
  fc.assert(
    fc.property(transform, number(0.1, 10), point, (now, factor, around) => {
      const next = zoomAround(now, factor, around);
      const under = toCanvas(around, now);
      close(drawn(under, next).x, around.x, "x");
      close(drawn(under, next).y, around.y, "y");
      assert.ok(next.k >= smallest && next.k <= largest, String(next.k));
      if (now.k * factor > smallest && now.k * factor < largest) close(next.k, now.k * factor, "k");
    }),
  );
});

test("what is fitted into a window lies in its middle, whole, with the margin around it, and is never enlarged", () => {
  const window = { width: 1_280, height: 720 };
  fc.assert(
    fc.property(point, size, (corner, extent) => {
      const box = boxAt(corner, extent);
      const now = fitInto(box, window);
      const first = drawn({ x: box.left, y: box.top }, now);
      const last = drawn({ x: box.right, y: box.bottom }, now);
      close(first.x, window.width - last.x, "left and right");
      close(first.y, window.height - last.y, "above and below");
      assert.ok(now.k <= 1);
      if (now.k > smallest) assert.ok(first.x >= 28 - 1e-6 && first.y >= 28 - 1e-6, `${first.x}, ${first.y}`);
      if (now.k < 1 && now.k > smallest) close(Math.min(first.x, first.y), 28, "the tighter margin");
    }),
  );
});

test("a workflow opens whole if it can be read then, else at a readable scale with the card that stands farthest left in view", () => {
  const window = { width: 960, height: 680 };
  const card = fc.record({ corner: point, extent: fc.record({ width: number(100, 256), height: number(36, 500) }) });
  fc.assert(
    fc.property(fc.array(card, { minLength: 1, maxLength: 30 }), (made) => {
      const cards = made.map(({ corner, extent }) => boxAt(corner, extent));
      const all = boxAround(cards)!;
      const whole = fitInto(all, window);
      const now = fitReadably(cards, window)!;
      if (whole.k >= readable) return assert.deepEqual(now, whole);
      assert.equal(now.k, readable);
      const [left, ...others] = cards.filter((one) => one.left === all.left).sort((a, b) => a.top - b.top);
      const first = drawn({ x: left!.left, y: left!.top }, now);
      const last = drawn({ x: left!.right, y: left!.bottom }, now);
      const seen = `${JSON.stringify(first)} to ${JSON.stringify(last)}, beside ${others.length}`;
      assert.ok(first.x >= 28 - 1e-6 && last.x <= window.width && first.y >= 0 && last.y <= window.height, seen);
      const start = drawn({ x: all.left, y: all.top }, now);
      const end = drawn({ x: all.right, y: all.bottom }, now);
      assert.ok(
        start.x <= 28 + 1e-6 || end.x <= window.width - 28 + 1e-6,
        "nothing but what is drawn is shown beside it",
      );
      assert.ok(start.y <= 28 + 1e-6 || end.y <= window.height - 28 + 1e-6, "nor above it");
    }),
  );
  assert.equal(fitReadably([], window), undefined);
});

test("a workflow that is far too large for its window is shown at the smallest scale", () => {
  assert.equal(fitInto({ left: 0, top: 0, right: 1e6, bottom: 10 }, { width: 800, height: 600 }).k, smallest);
});

test("a box between two corners is the same whichever corner comes first", () => {
  const box = { left: 1, top: 2, right: 30, bottom: 40 };
  assert.deepEqual(boxBetween({ x: 1, y: 2 }, { x: 30, y: 40 }), box);
  assert.deepEqual(boxBetween({ x: 30, y: 2 }, { x: 1, y: 40 }), box);
  assert.deepEqual(boxBetween({ x: 30, y: 40 }, { x: 1, y: 2 }), box);
});

test("the box around several touches the outermost of each side; around nothing there is none", () => {
  const boxes = [boxAt({ x: 0, y: 50 }, { width: 10, height: 10 }), boxAt({ x: -5, y: 0 }, { width: 8, height: 90 })];
  assert.deepEqual(boxAround(boxes), { left: -5, top: 0, right: 10, bottom: 90 });
  assert.deepEqual(boxAround(boxes.toReversed()), { left: -5, top: 0, right: 10, bottom: 90 });
  assert.equal(boxAround([]), undefined);
});

test("boxes overlap if they share an area; sides that only touch share none", () => {
  const box = boxAt({ x: 0, y: 0 }, { width: 10, height: 10 });
  assert.equal(overlap(box, boxAt({ x: 9, y: 9 }, { width: 5, height: 5 })), true);
  assert.equal(overlap(box, boxAt({ x: 2, y: 2 }, { width: 1, height: 1 })), true);
  assert.equal(overlap(box, boxAt({ x: 10, y: 0 }, { width: 5, height: 5 })), false);
  assert.equal(overlap(box, boxAt({ x: 0, y: -5 }, { width: 5, height: 5 })), false);
  fc.assert(
    fc.property(point, size, point, size, (a, s, b, t) => {
      assert.equal(overlap(boxAt(a, s), boxAt(b, t)), overlap(boxAt(b, t), boxAt(a, s)));
    }),
  );
});

test("the canvas moves only as far as it takes to see a card, and not at all if it is seen", () => {
  const window = { left: 100, top: 50, right: 900, bottom: 650 };
  const shift = (x: number, y: number) => shiftIntoView(boxAt({ x, y }, { width: 200, height: 100 }), window);
  assert.deepEqual(shift(300, 300), { x: 0, y: 0 });
  assert.deepEqual(shift(110, 300), { x: 6, y: 0 });
  assert.deepEqual(shift(800, 300), { x: -116, y: 0 });
  assert.deepEqual(shift(300, -200), { x: 0, y: 266 });
  assert.deepEqual(shift(300, 1_000), { x: 0, y: -466 });
  fc.assert(
    fc.property(point, (at) => {
      const { x, y } = shift(at.x, at.y);
      const rest = shift(at.x + x, at.y + y);
      close(rest.x, 0, "x");
      close(rest.y, 0, "y");
    }),
  );
});

test("on its way the canvas keeps its scale between the two ends, and begins and arrives exactly", () => {
  const window = { width: 960, height: 680 };
  fc.assert(
    fc.property(transform, transform, number(0, 1), (from, to, share) => {
      assert.deepEqual(between(from, to, 0, window), from);
      assert.deepEqual(between(from, to, 1, window), to);
      const now = between(from, to, share, window);
      assert.ok(now.k >= Math.min(from.k, to.k) - 1e-9 && now.k <= Math.max(from.k, to.k) + 1e-9);
      const [a, b, at] = [from, to, now].map((one) => toCanvas({ x: 480, y: 340 }, one));
      const inside = (lo: number, hi: number, x: number) =>
        assert.ok(x >= Math.min(lo, hi) - 1e-4 && x <= Math.max(lo, hi) + 1e-4, `${x} between ${lo} and ${hi}`);
      inside(a!.x, b!.x, at!.x);
      inside(a!.y, b!.y, at!.y);
    }),
  );
});

test("the frames around the cards are in the window too, with their headers", () => {
  const card = boxAt({ x: 0, y: 0 }, { width: 256, height: 200 });
  const frame = boxAt({ x: -16, y: -52 }, { width: 288, height: 268 });
  const window = { width: 400, height: 300 };
  assert.ok(drawn({ x: 0, y: frame.top }, fitReadably([card], window)!).y < 28);
  assert.ok(drawn({ x: 0, y: frame.top }, fitReadably([card], window, [frame])!).y >= 28 - 1e-6);
  assert.equal(fitReadably([], window, [frame]), undefined);
});
