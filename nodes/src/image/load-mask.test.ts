import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import type { MaskValue } from "../kinds/mask.ts";
import { runNode } from "../testing/index.ts";
import { loadMask } from "./load-mask.ts";

/** White, black, white that was erased, grey half erased. */
const rgba = [255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 0, 102, 102, 102, 128];
const png = await sharp(Uint8Array.from(rgba), { raw: { width: 4, height: 1, channels: 4 } })
  .png()
  .toBuffer();

async function load(bytes: Uint8Array, params: object = {}, inputs: object = {}): Promise<MaskValue> {
  const options = { files: { "mask.png": bytes } };
  return (await runNode(loadMask, inputs, { file: "mask.png", ...params }, options)).outputs.mask as MaskValue;
}

const shares = ({ data }: MaskValue) => [...data].map((share) => Math.round(255 * share));

test("white is repainted; black and transparent parts are kept", async () => {
  const mask = await load(png);
  assert.deepEqual([mask.width, mask.height], [4, 1]);
  assert.deepEqual(shares(mask), [255, 0, 0, 51]);
});

test("from alpha, what was erased is repainted", async () => {
  assert.deepEqual(shares(await load(png, { from: "alpha" })), [0, 0, 255, 127]);
});

test("a picture without transparency has nothing erased, and a grey one is its own mask", async () => {
  const grey = await sharp(Uint8Array.of(0, 90, 255), { raw: { width: 3, height: 1, channels: 1 } })
    .toColourspace("b-w")
    .png()
    .toBuffer();
  assert.deepEqual(shares(await load(grey)), [0, 90, 255]);
  assert.deepEqual(shares(await load(grey, { from: "alpha" })), [0, 0, 0]);
});

test("the mask is scaled to the picture that it is for", async () => {
  const image = { width: 8, height: 2, data: new Float32Array(48) };
  const { width, height, data } = await load(png, {}, { image });
  assert.deepEqual([width, height, data[0], data[8]], [8, 2, 1, 1]);
});

test("what is no picture is refused with a reason", async () => {
  await assert.rejects(load(Uint8Array.of(1, 2, 3)), {
    name: "NodeError",
    message: /The file "mask.png" cannot be used as a mask: it is not a whole picture/,
    remedy: /PNG/,
  });
});
