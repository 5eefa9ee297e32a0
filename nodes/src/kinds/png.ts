import type { Rgb8 } from "./pixels.ts";

/** Loaded when a file is made: whoever only checks workflows does without it. */
export const loadSharp = async () => (await import("sharp")).default;

/** The picture as a PNG file, with sharp's default compression; of 4 channels if it has alpha too. */
export async function encodePng({ width, height, data }: Rgb8, channels: 3 | 4 = 3): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}

/** A drawing as a PNG file of twice its size in pixels. */
export async function rasterise(svg: Uint8Array): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(svg, { density: 144 }).flatten({ background: "#ffffff" }).png().toBuffer();
}
