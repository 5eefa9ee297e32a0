import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import type { ImageValue } from "../kinds/image-value.ts";
import { toRgb8 } from "../kinds/pixels.ts";
import { runNode } from "../testing/index.ts";
import { loadImage } from "./load.ts";

async function load(bytes: Uint8Array, params: object = {}): Promise<{ size: number[]; pixels: number[][] }> {
  const { outputs } = await runNode(loadImage, {}, { file: "x", ...params }, { files: { x: bytes } });
  const { width, height, data } = toRgb8(outputs.image as ImageValue);
  const pixels = Array.from({ length: width * height }, (_, i) => [...data.subarray(3 * i, 3 * i + 3)]);
  return { size: [width, height], pixels };
}

const raw = (channels: 3 | 4, width: number, height: number, values: number[]) =>
  sharp(Uint8Array.from(values), { raw: { width, height, channels } });
const red = [200, 10, 20];
const green = [10, 200, 20];

test("a PNG gives its very bytes", async () => {
  const png = await raw(3, 2, 1, [...red, ...green])
    .png()
    .toBuffer();
  assert.deepEqual(await load(png), { size: [2, 1], pixels: [red, green] });
});

test("transparent parts become white", async () => {
  const png = await raw(4, 2, 1, [...red, 0, ...green, 255])
    .png()
    .toBuffer();
  assert.deepEqual((await load(png)).pixels, [[255, 255, 255], green]);
});

test("a picture that a camera turned is put upright", async () => {
  const turned = await raw(3, 2, 1, [...red, ...green])
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  assert.deepEqual(await load(turned), { size: [1, 2], pixels: [red, green] });
});

test("grey and 16-bit pictures become RGB bytes", async () => {
  const grey = await raw(3, 2, 1, [0, 0, 0, 255, 255, 255]).toColourspace("b-w").png().toBuffer();
  assert.deepEqual((await load(grey)).pixels, [
    [0, 0, 0],
    [255, 255, 255],
  ]);
  const deep = await raw(3, 2, 1, [...red, ...green])
    .toColourspace("rgb16")
    .png()
    .toBuffer();
  assert.deepEqual((await load(deep)).pixels, [red, green]);
});

test("size scales and crops to a square around the middle", async () => {
  const wide = await raw(3, 4, 2, [red, green, green, red, red, green, green, red].flat()).png().toBuffer();
  const { size, pixels } = await load(wide, { size: 8 });
  assert.deepEqual(size, [8, 8]);
  // The outer columns are mixed with the red sides by the scaling.
  const inner = pixels.filter((_, i) => i % 8 >= 2 && i % 8 < 6);
  for (const [r, g] of inner) assert.ok(g! > 150 && r! < 60, `${r} ${g}`);
});

test("what is no picture, is cut short, or is of a kind that names other files is refused with a reason", async () => {
  const png = await raw(
    3,
    64,
    64,
    Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 31) % 256),
  )
    .png()
    .toBuffer();
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [Buffer.from("not a picture"), png.subarray(0, png.length / 2), svg, Buffer.alloc(0)]) {
    await assert.rejects(load(bytes), { name: "NodeError", message: /The file "x" cannot be used: / });
  }
});

test("more than 100 megapixels are refused before they are decoded", async () => {
  const png = await raw(3, 1, 1, red).png().toBuffer();
  // The IHDR chunk says how large the picture is; its type stands at 12, width at 16, height at 20, checksum at 29.
  png.writeUInt32BE(20_000, 16);
  png.writeUInt32BE(6_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  await assert.rejects(load(png), { message: /20000 × 6000, more than 100 megapixels/ });
});
