import { defineKind } from "@clipwork/engine";

/** A picture on a link: planar RGB (all red, all green, all blue), float32 in [-1, 1], row-major. */
export type ImageValue = {
  readonly width: number;
  readonly height: number;
  /** 3 × height × width numbers. */
  readonly data: Float32Array;
};

export const image = defineKind<ImageValue>({
  kind: "image",
  check(value) {
    const { width, height, data } = Object(value) as { [field: string]: unknown };
    if (!(data instanceof Float32Array)) return "is not an image: it has no float32 data";
    if (!isSide(width) || !isSide(height)) return "is not an image: its sides are not whole numbers from 1";
    const length = 3 * width * height;
    return data.length === length
      ? undefined
      : `is not an image: ${width} × ${height} pixels need ${length} numbers, and it has ${data.length}`;
  },
});

function isSide(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
