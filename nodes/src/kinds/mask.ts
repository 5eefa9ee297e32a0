import { defineKind } from "@clipwork/engine";
import { isCount } from "./count.ts";
import type { ImageValue } from "./image-value.ts";
import { toRgb8 } from "./pixels.ts";
import { publishPng } from "./png.ts";

/**
 * Which part of a picture to paint anew: one number a pixel, row-major, from 0 (keep) to 1 (repaint). What lies between is repainted like
 * 1 and then mixed with the picture in that share.
 *
 * As a file it is a picture, by habit a PNG: white repaints, black keeps, and whatever lies outside what was painted is black.
 */
export type MaskValue = { readonly width: number; readonly height: number; readonly data: Float32Array };

export const mask = defineKind<MaskValue>({
  kind: "mask",
  hue: 165,
  card: "square",
  check(value) {
    const { width, height, data } = Object(value) as { [field: string]: unknown };
    if (!(data instanceof Float32Array)) return "is not a mask: it has no float32 data";
    if (!isCount(width) || !isCount(height)) return "is not a mask: its sides are not whole numbers from 1";
    if (data.length !== width * height)
      return `is not a mask: ${width} × ${height} pixels need ${width * height} numbers, and it has ${data.length}`;
    const outside = data.find((share) => !(share >= 0 && share <= 1));
    return outside === undefined ? undefined : `is not a mask: ${outside} does not lie between 0 and 1`;
  },
  view: (mask) => {
    const { width, height, data } = toRgb8(drawMask(mask));
    return { kind: "picture", width, height, rgb: data };
  },
  publish: async (mask) => [await publishPng(toRgb8(drawMask(mask)))],
});

/** White where it repaints. */
function drawMask({ width, height, data }: MaskValue): ImageValue {
  const plane = data.map((share) => 2 * share - 1);
  return { width, height, data: Float32Array.from({ length: 3 * data.length }, (_, i) => plane[i % data.length]!) };
}
