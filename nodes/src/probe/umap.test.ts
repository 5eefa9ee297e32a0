import assert from "node:assert/strict";
import { test } from "node:test";
import { type UmapOptions, umap } from "./umap.ts";

const never = new AbortController().signal;
const options: UmapOptions = { seed: 1, neighbours: 5, minDistance: 0.1, signal: never, onEpoch: () => {} };

/** Rows on a circle in the first two of four numbers, in an order that goes round in steps of seven. */
function circle(count: number): Float32Array {
  const angle = (row: number) => (2 * Math.PI * ((7 * row) % count)) / count;
  return Float32Array.from({ length: 4 * count }, (_, i) => {
    const row = Math.floor(i / 4);
    return [10 * Math.cos(angle(row)), 10 * Math.sin(angle(row)), 0, 1][i % 4]!;
  });
}

test("rows that are near each other are near in the plane: each one's nearest place is a neighbour's", async () => {
  const count = 60;
  const points = await umap(circle(count), count, options);
  assert.equal(points.length, 2 * count);
  assert.ok(points.every(Number.isFinite));
  const around = (row: number) => (7 * row) % count;
  let near = 0;
  for (let row = 0; row < count; row++) {
    const square = (other: number) =>
      (points[2 * row]! - points[2 * other]!) ** 2 + (points[2 * row + 1]! - points[2 * other + 1]!) ** 2;
    const others = Array.from({ length: count }, (_, other) => other).filter((other) => other !== row);
    const nearest = others.reduce((best, other) => (square(other) < square(best) ? other : best));
    const apart = Math.abs(around(row) - around(nearest));
    if (Math.min(apart, count - apart) <= 3) near++;
  }
  assert.ok(near >= 0.9 * count, `${near} of ${count}`);
});

test("seed and rows decide every place; equal rows do no harm", async () => {
  const rows = circle(30);
  assert.deepEqual(await umap(rows, 30, options), await umap(rows, 30, options));
  assert.notDeepEqual(await umap(rows, 30, options), await umap(rows, 30, { ...options, seed: 2 }));
  const twins = Float32Array.from({ length: 4 * 12 }, (_, i) => (i < 24 ? 1 : 2));
  assert.ok((await umap(twins, 12, options)).every(Number.isFinite));
});

test("it reports how far it is, to the end, with the places by then", async () => {
  const heard: [number, number, number][] = [];
  const last = await umap(circle(20), 20, {
    ...options,
    onEpoch: (epoch, epochs, points) => heard.push([epoch, epochs, points().length]),
  });
  const epochs = heard.at(-1)![1];
  assert.deepEqual(heard.at(-1), [epochs, epochs, last.length]);
  assert.deepEqual(
    heard.map(([epoch]) => epoch),
    heard.map((_, i) => (i + 1) * heard[0]![0]),
  );
});

test("it is given up while it looks for neighbours, and between epochs", async () => {
  const before = AbortSignal.abort(new Error("too late"));
  await assert.rejects(umap(circle(40), 40, { ...options, signal: before }), /too late/);
  const controller = new AbortController();
  let epochs = 0;
  const onEpoch = () => {
    epochs++;
    controller.abort(new Error("enough"));
  };
  await assert.rejects(umap(circle(40), 40, { ...options, signal: controller.signal, onEpoch }), /enough/);
  assert.equal(epochs, 1);
});
