import { defineKind } from "@clipwork/engine";
import { isCount } from "./count.ts";
import type { ImageValue } from "./image-value.ts";
import { npyMedia, writeNpy } from "./npy.ts";
import { toRgb8 } from "./pixels.ts";
import { publishPng } from "./png.ts";

/**
 * The x_T that a sampler starts from: planar, row-major, channels × height × width numbers. Drawn ones are standard normals; those that
 * an inversion finds are only nearly so.
 */
export type NoiseValue = {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
};

export const noise = defineKind<NoiseValue>({
  kind: "noise",
  hue: 28,
  card: "square",
  check(value) {
    const { channels, height, width, data } = Object(value) as { [field: string]: unknown };
    if (!(data instanceof Float32Array)) return "is not noise: it has no float32 data";
    if (!isCount(channels) || !isCount(height) || !isCount(width))
      return "is not noise: its channels and sides are not whole numbers from 1";
    const length = channels * height * width;
    return data.length === length
      ? undefined
      : `is not noise: ${channels} × ${height} × ${width} need ${length} numbers, and it has ${data.length}`;
  },
  view: (noise) => {
    const { width, height, data } = toRgb8(drawNoise(noise));
    return { kind: "picture", width, height, rgb: data };
  },
  async publish(noise) {
    const { channels, height, width, data } = noise;
    return [
      { ending: ".npy", media: npyMedia, bytes: writeNpy(data, channels, height, width) },
      await publishPng(toRgb8(drawNoise(noise))),
    ];
  },
});

/** Standard deviations that the picture of noise shows from black to white: 3 to each side hold 997 of 1,000 normals. */
const shown = 3;

/** Noise as a picture: three channels as red, green and blue, of any other number the first one in grey. */
function drawNoise({ channels, height, width, data }: NoiseValue): ImageValue {
  const plane = height * width;
  const grey = () => [0, 1, 2].flatMap(() => [...data.subarray(0, plane)]);
  return { width, height, data: Float32Array.from(channels === 3 ? data : grey(), (value) => value / shown) };
}
