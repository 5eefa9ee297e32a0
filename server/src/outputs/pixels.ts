import { hash } from "node:crypto";
import sharp from "sharp";

/** A picture as 8-bit numbers, row by row, `channels` for each pixel. */
export type Pixels = {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
};

/** Decodes a picture file from its bytes or its path. Rejects if it is not a picture. */
export async function readPixels(file: Uint8Array | string): Promise<Pixels> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

/** SHA-256 of raw 8-bit pixels: equal for equal pictures, whatever file holds them. */
export function hashPixels(data: Uint8Array): string {
  return hash("sha256", data);
}
