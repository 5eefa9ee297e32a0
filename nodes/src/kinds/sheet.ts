import type { PictureSheet } from "@clipwork/engine";
import type { Rgb8 } from "./pixels.ts";
import { loadSharp } from "./png.ts";

/** Pixels of a picture's side by how many there are, so that a sheet has at most 10 million pixels. */
export function thumbnailSide(count: number): number {
  if (count <= 2048) return 64;
  return count <= 4096 ? 48 : 32;
}

/** Pictures of at most `side` pixels, each in the middle of its square on black, as one. At least one picture. */
export async function makeSheet(pictures: readonly Rgb8[], side: number): Promise<PictureSheet> {
  const columns = Math.ceil(Math.sqrt(pictures.length));
  const width = columns * side;
  const height = Math.ceil(pictures.length / columns) * side;
  const rgb = new Uint8Array(3 * width * height);
  for (const [item, picture] of pictures.entries()) {
    const left = (item % columns) * side + Math.floor((side - picture.width) / 2);
    const top = Math.floor(item / columns) * side + Math.floor((side - picture.height) / 2);
    const row = 3 * picture.width;
    for (let y = 0; y < picture.height; y++)
      rgb.set(picture.data.subarray(row * y, row * (y + 1)), 3 * ((top + y) * width + left));
  }
  const sharp = await loadSharp();
  const webp = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .webp({ quality: 85, effort: 2 })
    .toBuffer();
  return { side, columns, webp: new Uint8Array(webp) };
}

/**
 * The pixels of a sheet of `count` pictures: interleaved 8-bit RGB, row-major. Throws if its file is no picture of the size that
 * the sheet says.
 */
export async function readSheet({ side, columns, webp }: PictureSheet, count: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { data, info } = await sharp(webp)
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const [width, height] = [columns * side, Math.ceil(count / columns) * side];
  if (info.width !== width || info.height !== height)
    throw new Error(`The sheet of pictures has ${info.width} × ${info.height} pixels, not ${width} × ${height}.`);
  return data;
}
