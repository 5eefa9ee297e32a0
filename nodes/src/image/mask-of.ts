import { p } from "@clipwork/engine";
import type { MaskValue } from "../kinds/mask.ts";
import { loadSharp } from "./decode-picture.ts";

/** Parameters of the nodes that make a mask of a picture. */
export const maskParams = {
  threshold: p.number("Pixels at least this bright count as white and all others as black; empty keeps the shades.", {
    default: null,
    min: 0,
    max: 1,
  }),
  feather: p.number("How far the edge is softened: the standard deviation of a blur, in pixels of the mask.", {
    default: 0,
    min: 0,
    max: 100,
  }),
  invert: p.boolean("Repaints what would be kept, and keeps what would be repainted.", false),
} as const;

type MaskOptions = { readonly threshold: number | null; readonly feather: number; readonly invert: boolean };
type Size = { readonly width: number; readonly height: number };

/** One byte a pixel, row-major. */
export type Grey8 = Size & { readonly data: Uint8Array };

/** sharp does no narrower blur. */
const narrowest = 0.3;

/** A picture of one channel as a mask: 255 becomes 1. It is scaled to the size, if one is given, and cropped at the sides that are too long. */
export async function maskOf(
  { width, height, data }: Grey8,
  { threshold, feather, invert }: MaskOptions,
  size?: Size,
): Promise<MaskValue> {
  const bytes = threshold === null ? data : data.map((byte) => (byte >= 255 * threshold ? 255 : 0));
  const sharp = await loadSharp();
  const grey = sharp(bytes, { raw: { width, height, channels: 1 } });
  const sized = size ? grey.resize(size.width, size.height, { fit: "cover" }) : grey;
  const soft = feather < narrowest ? sized : sized.blur(feather);
  const { data: shades, info } = await soft
    .toColourspace("b-w")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const shares = Float32Array.from(shades, (shade) => (invert ? 255 - shade : shade) / 255);
  return { width: info.width, height: info.height, data: shares };
}

/** The luma of interleaved sRGB bytes (ITU-R BT.709, section 3), 255 for white; `channels` numbers stand for a pixel. */
export function lumaOf(pixels: Uint8Array, channels: 3 | 4): Uint8Array {
  return Uint8Array.from({ length: pixels.length / channels }, (_, i) => {
    const [red, green, blue] = pixels.subarray(channels * i);
    return Math.round(0.2126 * red! + 0.7152 * green! + 0.0722 * blue!);
  });
}
