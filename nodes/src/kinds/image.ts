import { defineKind } from "@clipwork/engine";
import { isCount } from "./count.ts";
import type { ImageValue } from "./image-value.ts";
import { toRgb8 } from "./pixels.ts";
import { publishPng } from "./png.ts";

export const image = defineKind<ImageValue>({
  kind: "image",
  hue: 2,
  card: "square",
  check(value) {
    const { width, height, data } = Object(value) as { [field: string]: unknown };
    if (!(data instanceof Float32Array)) return "is not an image: it has no float32 data";
    if (!isCount(width) || !isCount(height)) return "is not an image: its sides are not whole numbers from 1";
    const length = 3 * width * height;
    return data.length === length
      ? undefined
      : `is not an image: ${width} × ${height} pixels need ${length} numbers, and it has ${data.length}`;
  },
  view: (image) => {
    const { width, height, data } = toRgb8(image);
    return { kind: "picture", width, height, rgb: data };
  },
  async publish(image) {
    return [await publishPng(toRgb8(image))];
  },
});
