import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapValue } from "../kinds/map.ts";
import { runNode } from "../testing/index.ts";
import { pick } from "./pick.ts";
import { point } from "./point.ts";

const f = (...numbers: number[]) => new Float32Array(numbers);

/** Three embeddings of 3 numbers in the plane z = 5 + x. */
const plane: MapValue = {
  method: "pca",
  points: f(0, 0, 1, 0, 0, 2),
  embeddings: f(1, 2, 5, 1.6, 2, 5.8, 1, 4, 5),
  labels: [],
  plane: { mean: f(1, 2, 5), axes: f(0.6, 0, 0.8, 0, 1, 0), shares: [0.7, 0.3] },
};
const { plane: _, ...loose } = plane;
const cloud: MapValue = { ...loose, method: "umap" };

async function embedding(node: typeof point | typeof pick, map: MapValue, params: object): Promise<number[]> {
  const { outputs } = await runNode(node as typeof point, { map }, params);
  return [...(outputs.embedding as { embedding: Float32Array }).embedding];
}

test("a place of a plane is its mean and so much of both axes, also outside of all points", async () => {
  assert.deepEqual(await embedding(point, plane, {}), [1, 2, 5]);
  assert.deepEqual(await embedding(point, plane, { x: 5, y: -3 }), [4, -1, 9]);
});

test("a point's place on the plane gives its embedding back, which is what the plane holds of it", async () => {
  for (const item of [0, 1, 2]) {
    const [x, y] = plane.points.subarray(2 * item);
    const placed = await embedding(point, plane, { x, y });
    const picked = await embedding(pick, plane, { item });
    for (const [i, number] of placed.entries()) assert.ok(Math.abs(number - picked[i]!) < 1e-6);
  }
});

test("elsewhere a place is the mean of the nearest points by the inverse of their squared distance, and a point is itself", async () => {
  assert.deepEqual(await embedding(point, cloud, { x: 1, y: 0 }), [...f(1.6, 2, 5.8)]);
  // Squared distances from (0, 1): 1, 2, 1.
  const [a, b, c] = [0.4, 0.2, 0.4];
  const there = await embedding(point, cloud, { x: 0, y: 1 });
  for (const [i, number] of [a + 1.6 * b + c, 2 * a + 2 * b + 4 * c, 5 * a + 5.8 * b + 5 * c].entries())
    assert.ok(Math.abs(there[i]! - number) < 1e-6);
});

test("a place hardly beside a point has that point's embedding", async () => {
  const near = { x: 0, y: 1e-160 };
  assert.deepEqual(await embedding(point, { ...cloud, points: f(0, 0, 2, 0, 0, 2) }, near), [...f(1, 2, 5)]);
});

test("only the 8 nearest points count", async () => {
  const count = 20;
  const points = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : 0));
  const embeddings = Float32Array.from({ length: count }, (_, i) => (i < 8 ? 1 : 1000));
  const [there] = await embedding(point, { method: "umap", points, embeddings, labels: [] }, { x: 0, y: 0 });
  assert.ok(Math.abs(there! - 1) < 1e-6);
});

test("a point is picked by its number; one that the map does not have is refused", async () => {
  assert.deepEqual(await embedding(pick, cloud, { item: 2 }), [1, 4, 5]);
  await assert.rejects(runNode(pick, { map: cloud }, { item: 3 }), /3 points, so there is no number 3/);
});

test("numbers below 0 count from the end, as far as there are points", async () => {
  assert.deepEqual(await embedding(pick, cloud, { item: -1 }), await embedding(pick, cloud, { item: 2 }));
  assert.deepEqual(await embedding(pick, cloud, { item: -3 }), await embedding(pick, cloud, { item: 0 }));
  await assert.rejects(runNode(pick, { map: cloud }, { item: -4 }), {
    message: /3 points, so there is no number -4/,
    remedy: "Choose 0 to 2, or -1 to -3 from the end.",
  });
});

test("what is given out shares no memory with the map", async () => {
  const { outputs } = await runNode(pick, { map: cloud }, { item: 0 });
  (outputs.embedding as { embedding: Float32Array }).embedding.fill(9);
  assert.deepEqual([...cloud.embeddings.subarray(0, 3)], [1, 2, 5]);
});
