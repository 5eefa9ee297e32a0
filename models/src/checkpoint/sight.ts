import { PackError } from "../fields/pack-error.ts";
import type { Sight } from "../stages/spaces.ts";

/** transformers' number of bicubic resampling (PIL). */
const bicubic = 3;

/**
 * How a picture becomes the input of an image encoder, from the `preprocessor_config.json` of transformers' CLIPImageProcessor;
 * `where` is what messages call the file. Throws PackError for a way of preparing pictures that Clipwork does not have.
 */
export function readSight(config: { readonly [field: string]: unknown }, side: number, where: string): Sight {
  const refuse = (what: string): never => {
    throw new PackError(`${where} says ${what}.`, "Import a checkpoint whose pictures are prepared as CLIP's are.");
  };
  const { resample = bicubic, do_center_crop: crop = true, image_mean: mean, image_std: std } = config;
  if (resample !== bicubic) refuse(`resample: ${resample}, and Clipwork resizes bicubically (${bicubic})`);
  for (const field of ["size", "crop_size"]) {
    const sizes = sizesOf(config[field]);
    if (sizes.some((size) => size !== side))
      refuse(`${field}: ${JSON.stringify(config[field])}, but the encoder sees pictures of ${side}`);
  }
  return { size: side, mean: channels(mean), std: channels(std), fit: crop === false ? "squash" : "crop" };

  function channels(value: unknown): readonly number[] {
    if (Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === "number")) return value;
    return refuse(`${JSON.stringify(value)} for the mean or the deviation of its channels, not three numbers`);
  }
}

/** A size is a number, or one by name: shortest_edge, or height and width. */
function sizesOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return typeof value === "object" && value !== null ? Object.values(value) : [value];
}
