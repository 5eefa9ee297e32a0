import assert from "node:assert/strict";
import { test } from "node:test";
import { gaussian } from "../diffusion/philox.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { runNode, tinyManifest, tinyPack } from "../testing/index.ts";
import { upsamplerTiled } from "./tiled.ts";
import { upsamplerX1024 } from "./x1024.ts";

const picture = (width: number, height = width): ImageValue => ({
  ...{ width, height },
  data: Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(i)),
});

test("a picture of any size is enlarged by the last upsampler, in tiles of the size that it makes", async () => {
  const { outputs, calls, progress } = await runNode(upsamplerTiled, { image: picture(40, 24) }, { seed: 5 });
  const { width, height, data } = outputs.image as ImageValue;
  assert.deepEqual([width, height, data.length], [80, 48, 3 * 80 * 48]);
  // Across 80 pixels go 3 tiles of 32 that overlap by at least 8, across 48 go 2; three steps.
  assert.equal(calls.length, 3 * 6);
  for (const { stage, feeds } of calls) {
    assert.equal(stage, "upsampler-1024");
    assert.deepEqual(
      [feeds.sample!.shape, feeds.condition!.shape],
      [
        [1, 3, 32, 32],
        [1, 3, 32, 32],
      ],
    );
  }
  const noise = gaussian(5, "upsampler-1024", 0, 3 * 80 * 48);
  assert.deepEqual(calls[0]!.feeds.sample!.data.slice(0, 32), noise.slice(0, 32), "one noise for the whole picture");
  assert.deepEqual(calls[1]!.feeds.sample!.data.slice(0, 32), noise.slice(24, 56));
  assert.deepEqual(progress, [
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  for (const value of data) assert.ok(value >= -1 && value <= 1);
});

test("a picture of the upsampler's own size is what the upsampler makes of it", async () => {
  const [tiled, whole] = await Promise.all(
    [upsamplerTiled, upsamplerX1024].map((node) =>
      runNode(node as typeof upsamplerX1024, { image: picture(16) }, { seed: 3 }),
    ),
  );
  assert.deepEqual(tiled!.outputs.image, whole!.outputs.image);
});

test("a pack with one upsampler takes that one, one without any is refused", async () => {
  const { "upsampler-1024": _, ...others } = tinyManifest.stages;
  const withOne = { ...tinyPack, manifest: { ...tinyManifest, stages: others } };
  const { calls } = await runNode(upsamplerTiled, { image: picture(16) }, { tileSize: 32 }, { pack: withOne });
  assert.ok(calls.every(({ stage }) => stage.startsWith("upsampler-256")));
  const { decoder, "decoder-condition": condition, "clip-text": text } = tinyManifest.stages;
  const none = {
    ...tinyPack,
    manifest: { ...tinyManifest, stages: { decoder, "decoder-condition": condition, "clip-text": text } },
  };
  await assert.rejects(
    runNode(upsamplerTiled, { image: picture(16) }, {}, { pack: none }),
    /"toybox" has no upsampler/,
  );
});

test("tiles that do not fit are refused with what fits", async () => {
  const refuse = (side: number, params: object, message: RegExp, remedy: RegExp) =>
    assert.rejects(runNode(upsamplerTiled, { image: picture(side) }, params), { name: "NodeError", message, remedy });
  await refuse(8, {}, /would be 16 × 16, which is less than a tile of 32/, /sides of at least 16/);
  await refuse(64, { tileSize: 48 }, /"tileSize" is 48, but must be a multiple of 32/, /to 64/);
  await refuse(
    64,
    { tileSize: 64, tileOverlap: 64 },
    /"tileOverlap" is 64, but a tile has a side of 64/,
    /less than 64/,
  );
});

test("a run in tiles is cancelled between them", async () => {
  const controller = new AbortController();
  const doing: string[] = [];
  const run = runNode(
    upsamplerTiled,
    { image: picture(64) },
    {},
    {
      signal: controller.signal,
      doing: (what) => {
        doing.push(what);
        if (doing.length === 3) controller.abort(new Error("enough"));
      },
    },
  );
  await assert.rejects(run, /enough/);
  assert.deepEqual(doing, ["tile 1 of 25", "tile 2 of 25", "tile 3 of 25"]);
});
