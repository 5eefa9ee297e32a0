import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeRunner } from "@clipwork/models";
import type { ImageValue } from "../kinds/image-value.ts";
import type { LatentValue } from "../kinds/latent.ts";
import { runNode } from "../testing/index.ts";
import { latentModels, latentPack } from "../testing/latents.ts";
import { decodeToPicture } from "./decode.ts";
import { encodePicture } from "./encode.ts";

const own = () => ({ pack: latentPack, models: latentModels() });
const picture: ImageValue = { width: 8, height: 4, data: new Float32Array(96).fill(0.5) };

test("a picture becomes a latent, smaller by the factor, of the encoder's very numbers", async () => {
  const { calls, outputs } = await runNode(encodePicture, { image: picture }, {}, own());
  const latent = outputs.latent as LatentValue;
  assert.deepEqual([latent.channels, latent.width, latent.height], [4, 4, 2]);
  const [call] = calls;
  assert.deepEqual(call!.feeds.image!.shape, [1, 3, 4, 8]);
  const made = await latentModels().run({ pack: "", stage: "latent-encoder", feeds: call!.feeds });
  assert.deepEqual(latent.data, made.latent!.data);
});

test("a picture whose sides are no multiples of the factor is refused", async () => {
  const odd: ImageValue = { width: 7, height: 4, data: new Float32Array(84) };
  await assert.rejects(runNode(encodePicture, { image: odd }, {}, own()), {
    name: "NodeError",
    message: /The picture is 7 × 4, but the sides .* multiples of 2/,
    remedy: /Load image/,
  });
});

test("a latent becomes a picture within bounds, and is shown as it is until then", async () => {
  const latent: LatentValue = { channels: 4, height: 2, width: 3, data: new Float32Array(24).fill(2) };
  const { outputs, previews } = await runNode(decodeToPicture, { latent }, {}, own());
  const { width, height, data } = outputs.image as ImageValue;
  assert.deepEqual([width, height], [6, 4]);
  for (const value of data) assert.ok(value >= -1 && value <= 1);
  assert.deepEqual(previews, [{ port: "image", value: latent, kind: "latent" }]);
});

test("a latent is decoded in overlapping tiles of as many pixels, and in one piece if one covers it", async () => {
  // 40 × 20 numbers are 80 × 40 pixels: tiles of 32 that overlap by 8 are 16 numbers and 4.
  const latent: LatentValue = { channels: 4, height: 20, width: 40, data: new Float32Array(3200).fill(0.5) };
  const { calls, outputs } = await runNode(decodeToPicture, { latent }, { tileSize: 32 }, own());
  assert.deepEqual(
    calls.map(({ feeds }) => feeds.latent!.shape),
    Array<number[]>(6).fill([1, 4, 16, 16]),
  );
  const { width, height } = outputs.image as ImageValue;
  assert.deepEqual([width, height], [80, 40]);
  const [whole, covered] = await Promise.all(
    [{}, { tileSize: 96 }].map((params) => runNode(decodeToPicture, { latent }, params, own())),
  );
  assert.equal(covered!.calls.length, 1);
  assert.deepEqual(covered!.outputs.image, whole!.outputs.image);
});

test("nobody asks for tiles: up to 1024 × 1024 pixels are decoded in one piece, more in tiles, unless a size covers all", async () => {
  const shapes = async (width: number, height: number, params: object = {}) => {
    const latent: LatentValue = { channels: 4, height, width, data: new Float32Array(4 * width * height) };
    const { calls, outputs } = await runNode(decodeToPicture, { latent }, params, own());
    const made = outputs.image as ImageValue;
    assert.deepEqual([made.width, made.height], [2 * width, 2 * height]);
    return calls.map(({ feeds }) => feeds.latent!.shape.slice(2).join(" × "));
  };
  assert.deepEqual(await shapes(512, 512), ["512 × 512"]);
  assert.deepEqual(await shapes(1024, 256), ["256 × 1024"], "what counts is how many pixels there are");
  assert.deepEqual(await shapes(514, 512), Array(4).fill("384 × 384"));
  assert.deepEqual(await shapes(514, 512, { tileSize: 1056 }), ["512 × 514"]);
});

test("a picture is encoded in overlapping tiles as it is decoded: beyond 1024 × 1024 pixels, or of the size that is asked for", async () => {
  const encode = async (width: number, height: number, params: object = {}) => {
    const data = Float32Array.from({ length: 3 * width * height }, (_, i) => Math.sin(i / 999));
    const { calls, outputs } = await runNode(encodePicture, { image: { width, height, data } }, params, own());
    const latent = outputs.latent as LatentValue;
    assert.deepEqual([latent.width, latent.height, latent.data.length], [width / 2, height / 2, width * height]);
    return { latent, shapes: calls.map(({ feeds }) => feeds.image!.shape.slice(2).join(" × ")) };
  };
  assert.deepEqual((await encode(1024, 1024)).shapes, ["1024 × 1024"]);
  assert.deepEqual((await encode(1028, 1024)).shapes, Array(4).fill("768 × 768"));
  const tiled = await encode(80, 40, { tileSize: 32 });
  assert.deepEqual(tiled.shapes, Array(6).fill("32 × 32"));
  const whole = await encode(80, 40);
  const covered = await encode(80, 40, { tileSize: 96 });
  assert.deepEqual([covered.shapes, covered.latent], [["40 × 80"], whole.latent]);
});

test("a latent of another number of channels is refused", async () => {
  const latent: LatentValue = { channels: 3, height: 2, width: 2, data: new Float32Array(12) };
  await assert.rejects(runNode(decodeToPicture, { latent }, {}, own()), {
    name: "NodeError",
    message: /The latent has 3 channels, but this autoencoder's have 4/,
  });
});

test("an autoencoder of another factor than the pack says is a fault of the pack", async () => {
  const wrong = { inputs: ["latent"], outputs: () => ({ image: [3, 5, 5] }) };
  const latent: LatentValue = { channels: 4, height: 2, width: 2, data: new Float32Array(16) };
  await assert.rejects(
    runNode(
      decodeToPicture,
      { latent },
      {},
      { pack: latentPack, models: fakeRunner({ stages: { "latent-decoder": wrong } }) },
    ),
    /The stage "latent-decoder" returned image of 75 numbers, where its latent space says 48/,
  );
});
