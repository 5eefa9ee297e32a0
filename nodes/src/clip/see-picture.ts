import type { Sight } from "@clipwork/models";
import { type Part, resizeBicubic } from "../diffusion/resize.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { clampImage } from "../kinds/pixels.ts";

/**
 * A picture as CLIP sees it: a square of the space's side. With "crop" the short side is resized to it and the middle is
 * kept, as OpenAI's preprocessing and transformers' CLIPImageProcessor do (sides rounded down); with "squash" both sides are
 * resized, as Karlo does. Bicubic with antialiasing, clamped to [-1, 1]; the pixels are never rounded to bytes, as PIL rounds
 * them. A picture of the right size is left as it is.
 */
export function seePicture(image: ImageValue, { size, fit }: Pick<Sight, "size" | "fit">): ImageValue {
  if (image.width === size && image.height === size) return image;
  const short = Math.min(image.width, image.height);
  const resized = (side: number) => (fit === "squash" ? size : Math.floor((size * side) / short));
  const [width, height] = [resized(image.width), resized(image.height)];
  const middle: Part = {
    left: Math.floor((width - size) / 2),
    top: Math.floor((height - size) / 2),
    width: size,
    height: size,
  };
  return clampImage(size, size, resizeBicubic(image, width, height, middle).data);
}

/** The pixels as the image encoder takes them, planar [3, S, S]: (p - mean) / std by channel, with p in [0, 1]. */
export function standardise({ data }: ImageValue, { mean, std }: Pick<Sight, "mean" | "std">): Float32Array {
  const pixels = data.length / 3;
  return data.map((value, i) => {
    const channel = Math.floor(i / pixels);
    return (value / 2 + 0.5 - mean[channel]!) / std[channel]!;
  });
}
