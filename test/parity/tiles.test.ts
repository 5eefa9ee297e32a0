// toybox's own upsamplers in tiles, against the same picture in one piece.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deviceQueue, loadPack, type ModelRunner, type Pack } from "@clipwork/models";
import { createOnnxRunner } from "@clipwork/models/onnx";
import { catalogue, type ImageValue } from "@clipwork/nodes";
import { packOfAnySize } from "./free-sizes.ts";
import { nodeRunner } from "./node-run.ts";

const folder = mkdtempSync(join(tmpdir(), "clipwork-tiles-"));
const [seed, side] = [7, 1024] as const;
let pack: Pack;
let runner: ModelRunner;
let run: ReturnType<typeof nodeRunner>;

before(async () => {
  const to = join(folder, "any-size");
  packOfAnySize(join(import.meta.dirname, "..", "..", "packs", "toybox"), to);
  pack = await loadPack(to);
  runner = deviceQueue(createOnnxRunner({ packs: new Map([[pack.manifest.name, pack]]) }));
  run = nodeRunner({ catalogue, pack, runner });
});
after(async () => {
  await runner.close();
  rmSync(folder, { recursive: true });
});

/** A picture of 256 pixels with edges, areas and a gradient, as the upsampler meets them. */
function scene(): ImageValue {
  const [size, planes] = [256, [0.4, -0.2, -0.6]];
  const data = planes.flatMap((colour, plane) =>
    Array.from({ length: size * size }, (_, i) => {
      const [x, y] = [i % size, Math.floor(i / size)];
      if (y < 60) return 0.8 - y / 200;
      if ((x - 70) ** 2 + (y - 150) ** 2 < 40 ** 2) return colour - (x - 70) / 150;
      return Math.abs(x - 200) + Math.abs(y - 170) < 30 ? -colour : 0.5 - 0.2 * plane + 0.05 * Math.sin(x / 5);
    }),
  );
  return { width: size, height: size, data: Float32Array.from(data) };
}

const enlarge = async (type: string, params: object = {}) =>
  (await run(type, { image: scene() }, { seed, ...params })).outputs.image as ImageValue;

/** The upsampler works in patches of so many pixels: its own columns. */
const patch = 4;

/**
 * How two pictures differ: at most, in decibels, and how much more their difference changes across one of those columns than across the
 * columns of patches beside it.
 */
function compare(one: ImageValue, other: ImageValue, columns: readonly number[]) {
  const difference = one.data.map((value, i) => value - other.data[i]!);
  const changes = new Float64Array(side);
  let [most, squares] = [0, 0];
  for (const [i, value] of difference.entries()) {
    most = Math.max(most, Math.abs(value));
    squares += value * value;
    if (i % side > 0) changes[i % side]! += Math.abs(value - difference[i - 1]!);
  }
  const beside = (column: number) => [-2, -1, 1, 2].reduce((sum, n) => sum + changes[column + n * patch]! / 4, 0);
  const seam = Math.max(...columns.map((column) => changes[column]! / beside(column)));
  return { most, decibels: 10 * Math.log10(4 / (squares / difference.length)), seam };
}

test("256 to 1024 pixels in tiles of 512 is the picture in one piece within 45 dB, and no column shows where a tile ends", async (context) => {
  const whole = await enlarge("upsampler.x1024");
  const tiled = compare(await enlarge("upsampler.tiled", { tileSize: 512 }), whole, [256, 512, 768]);
  const hard = compare(await enlarge("upsampler.tiled", { tileSize: 512, tileOverlap: 0 }), whole, [512]);
  for (const [name, { most, decibels, seam }] of Object.entries({ tiled, hard }))
    context.diagnostic(`${name}: at most ${most.toFixed(3)} of 2, ${decibels.toFixed(1)} dB, seam ${seam.toFixed(2)}`);
  assert.ok(tiled.most < 0.5, `${tiled.most}`);
  assert.ok(tiled.decibels > 45, `${tiled.decibels}`);
  assert.ok(tiled.seam < 1.1, `${tiled.seam}`);
  assert.ok(hard.seam > tiled.seam + 0.3, `the measure sees a seam: ${hard.seam}`);
});

test("in one tile it is the same to the last bit", async () => {
  assert.deepEqual((await enlarge("upsampler.tiled")).data, (await enlarge("upsampler.x1024")).data);
});
