import sharp from "sharp";
import type { Rgb8 } from "./pixels.ts";

/** The picture as a PNG file, with sharp's default compression. */
export function encodePng({ width, height, data }: Rgb8): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A drawing as a PNG file of twice its size in pixels. */
export function rasterise(svg: Uint8Array): Promise<Buffer> {
  return sharp(svg, { density: 144 }).flatten({ background: "#ffffff" }).png().toBuffer();
}
