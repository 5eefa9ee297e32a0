import { defineKind } from "@clipwork/engine";
import type { ImageValue } from "./image-value.ts";
import { type NoiseValue, noise } from "./noise.ts";
import { npyMedia, writeNpy } from "./npy.ts";
import { toRgb8 } from "./pixels.ts";
import { publishPng } from "./png.ts";

/** A picture in the latent space of an autoencoder, as its encoder returns it, not scaled: planar, row-major, channels × height × width. */
export type LatentValue = NoiseValue;

export const latent = defineKind<LatentValue>({
  kind: "latent",
  hue: 330,
  card: "square",
  check: (value) => noise.check(value)?.replace("not noise", "not a latent"),
  view: (latent) => {
    const { width, height, data } = toRgb8(drawLatent(latent));
    return { kind: "picture", width, height, rgb: data };
  },
  async publish(latent) {
    const { channels, height, width, data } = latent;
    return [
      { ending: ".npy", media: npyMedia, bytes: writeNpy(data, channels, height, width) },
      await publishPng(toRgb8(drawLatent(latent))),
    ];
  },
});

/** Standard deviations of a channel that its colour shows from none to full. */
const shown = 2.5;

/**
 * A sketch of the picture without its decoder, one pixel a number: the first three channels as red, green and blue, of fewer the first one in
 * grey, each with its mean at half and 2.5 standard deviations to each side. Colours are not those of the picture; shapes are.
 */
function drawLatent({ channels, height, width, data }: LatentValue): ImageValue {
  const plane = height * width;
  const picture = new Float32Array(3 * plane);
  for (let colour = 0; colour < 3; colour++) {
    const from = (channels < 3 ? 0 : colour) * plane;
    const numbers = data.subarray(from, from + plane);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / plane;
    const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / plane);
    const scale = deviation > 0 ? 1 / (shown * deviation) : 0;
    for (let i = 0; i < plane; i++) picture[colour * plane + i] = (numbers[i]! - mean) * scale;
  }
  return { width, height, data: picture };
}
