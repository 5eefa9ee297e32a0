import { deflateSync } from "node:zlib";
import type { Published } from "@clipwork/engine";
import type { Rgb8 } from "./pixels.ts";
import { pngChunk, pngSignature } from "./png-chunk.ts";

/** Loaded when a file is made: whoever only checks workflows does without it. */
export const loadSharp = async () => (await import("sharp")).default;

/** A picture of so many pixels is written at once: on the way to sharp's threads and back it would spend longer. */
const small = 2 ** 14;

/** The picture as a PNG file, with the compression that sharp has by default; of 4 channels if it has alpha too. */
export async function encodePng({ width, height, data }: Rgb8, channels: 3 | 4 = 3): Promise<Buffer> {
  if (width * height <= small) return writePng({ width, height, data }, channels);
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

/** A drawing as a PNG file of twice its size in pixels. */
export async function rasterise(svg: Uint8Array): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(svg, { density: 144 }).flatten({ background: "#ffffff" }).png().toBuffer();
}

/** The picture as the file of an output. */
export async function publishPng(pixels: Rgb8): Promise<Published> {
  return { ending: ".png", media: "image/png", bytes: await encodePng(pixels), picture: true, pixels };
}

/** PNG (ISO/IEC 15948) of 8 bits a channel, without filters, as sharp writes it. */
function writePng({ width, height, data }: Rgb8, channels: 3 | 4): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits; colour type 2 is RGB, 6 is RGB with alpha.
  header.set([8, channels === 3 ? 2 : 6], 8);
  const row = channels * width;
  const rows = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) rows.set(data.subarray(row * y, row * (y + 1)), (row + 1) * y + 1);
  return Buffer.concat([
    pngSignature,
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(rows)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}
