import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageValue } from "../kinds/image-value.ts";
import { type MapValue, map as mapKind } from "../kinds/map.ts";
import { readSheet } from "../kinds/sheet.ts";
import { point } from "../latent/point.ts";
import { runNode } from "../testing/index.ts";
import { mapEmbeddings } from "./map.ts";

const embedding = (...numbers: number[]) => ({ embedding: Float32Array.from(numbers) });
const square = (side: number, value: number): ImageValue => ({
  width: side,
  height: side,
  data: new Float32Array(3 * side * side).fill(value),
});
/** Two groups far from each other, of `size` each. */
const groups = (size: number) =>
  Array.from({ length: 2 * size }, (_, i) =>
    embedding(i < size ? 10 : -10, Math.sin(i), Math.cos(3 * i), Math.sin(7 * i)),
  );

async function place(inputs: object, params: object = {}): Promise<MapValue> {
  const { map } = (await runNode(mapEmbeddings, inputs, params)).outputs as { map: MapValue };
  assert.equal(mapKind.check(map), undefined);
  return map;
}

test("by PCA, points are the coordinates along the two directions of largest variance, with the variance's shares", async () => {
  // Along (3, 4, 0)/5 by -5, 0 and 5, and along z by 1, -2 and 1: orthogonal, with variances 25 and 3.
  const embeddings = [embedding(-3, -4, 1), embedding(0, 0, -2), embedding(3, 4, 1)];
  const map = await place({ embeddings });
  const expected = [-5, 1, 0, -2, 5, 1];
  for (const [i, number] of map.points.entries()) assert.ok(Math.abs(number - expected[i]!) < 1e-6, `${i}: ${number}`);
  assert.ok(Math.abs(map.plane!.shares[0]! - 25 / 28) < 1e-9);
  assert.ok(Math.abs(map.plane!.shares[1]! - 3 / 28) < 1e-9);
  assert.deepEqual(map.labels, []);
  assert.equal(map.sheet, undefined);
});

test("what lies in the plane is decoded from its own point", async () => {
  const embeddings = [embedding(1, 2, 5), embedding(1.6, 2, 5.8), embedding(1, 4, 5), embedding(4, -1, 9)];
  const map = await place({ embeddings });
  for (const [item, { embedding: original }] of embeddings.entries()) {
    const [x, y] = map.points.subarray(2 * item);
    const { outputs } = await runNode(point, { map }, { x, y });
    const { embedding: found } = outputs.embedding as { embedding: Float32Array };
    for (const [i, number] of found.entries()) assert.ok(Math.abs(number - original[i]!) < 1e-5);
  }
});

test("labels are kept, and pictures of any size become one sheet of squares, not stretched", async () => {
  const wide: ImageValue = { width: 128, height: 64, data: new Float32Array(3 * 128 * 64).fill(1) };
  const pictures = [square(64, 1), square(256, -1), wide];
  const labels = ["white", "black", "wide"];
  const { sheet, ...map } = await place({ embeddings: groups(2).slice(0, 3), pictures, labels });
  assert.deepEqual(map.labels, labels);
  assert.deepEqual([sheet!.side, sheet!.columns], [64, 2]);
  const rgb = await readSheet(sheet!, 3);
  const at = (x: number, y: number) => rgb[3 * (y * 128 + x)]!;
  assert.ok(at(32, 32) > 250, "the first");
  assert.ok(at(96, 32) < 5, "the second");
  assert.ok(at(32, 96) > 250, "the middle of the third");
  assert.ok(at(32, 68) < 5, "above a wide picture its square is black");
});

test("by UMAP, groups stay together, the seed decides all of it, and what comes meanwhile is shown", async () => {
  const embeddings = groups(12);
  const params = { method: "umap", neighbours: 6, seed: 3 };
  const run = await runNode(mapEmbeddings, { embeddings }, params);
  const { map } = run.outputs as { map: MapValue };
  assert.equal(map.plane, undefined);
  const middle = (from: number) =>
    [0, 1].map(
      (axis) => Array.from({ length: 12 }, (_, i) => map.points[2 * (from + i) + axis]!).reduce((a, b) => a + b) / 12,
    );
  const [a, b] = [middle(0), middle(12)];
  const apart = Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  for (let item = 0; item < 24; item++) {
    const own = item < 12 ? a : b;
    const off = Math.hypot(map.points[2 * item]! - own[0]!, map.points[2 * item + 1]! - own[1]!);
    assert.ok(off < apart / 2, `point ${item}`);
  }
  assert.deepEqual((await place({ embeddings }, params)).points, map.points);
  assert.notDeepEqual((await place({ embeddings }, { ...params, seed: 4 })).points, map.points);
  assert.ok(run.previews.length >= 3);
  assert.deepEqual(run.progress.at(-1)?.[0], run.progress.at(-1)?.[1]);
});

test("what makes no map is refused in words", async () => {
  const refused = (inputs: object, words: RegExp, params: object = {}) =>
    assert.rejects(runNode(mapEmbeddings, inputs, params), words);
  await refused({ embeddings: [] }, /at least 3 embeddings, and there are 0/);
  await refused({ embeddings: groups(1) }, /at least 3 embeddings, and there are 2/);
  await refused({ embeddings: [...groups(2), embedding(1)] }, /Embedding 5 has 1 numbers, but the first has 4/);
  const none = { ...embedding(1, 2, 3, 4), none: true };
  await refused({ embeddings: [...groups(2), none] }, /stands for no image/);
  await refused({ embeddings: [embedding(1), embedding(2), embedding(3)] }, /one number each/);
  await refused({ embeddings: Array(3).fill(embedding(1, 2)) }, /All embeddings are equal/);
  await refused({ embeddings: groups(2), labels: ["one"] }, /4 embeddings, but 1 item in "labels"/);
  await refused({ embeddings: groups(2), pictures: [square(8, 0)] }, /4 embeddings, but 1 item in "pictures"/);
  await refused({ embeddings: groups(2) }, /"neighbours" is 4, and each of 4 embeddings has 3 others/, {
    method: "umap",
    neighbours: 4,
  });
  await refused({ embeddings: Array(10_001).fill(embedding(1, 2)) }, /at most 10000 points/);
  await refused({ embeddings: Array(5_001).fill(embedding(1, 2)) }, /UMAP places at most 5000/, { method: "umap" });
});

test("a map by UMAP is given up within an epoch after it is cancelled", async () => {
  const controller = new AbortController();
  const running = runNode(
    mapEmbeddings,
    { embeddings: groups(200) },
    { method: "umap" },
    { signal: controller.signal },
  );
  setImmediate(() => controller.abort(new Error("cancelled")));
  await assert.rejects(running, /cancelled/);
});
