import type { Score, Tensors } from "@clipwork/models";
import { seePicture, standardise } from "../clip/see-picture.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { Host, Played } from "../stage/stage.ts";

/** Pictures in one call. */
const most = 16;

/**
 * Runs a classifier of a pack on pictures of any size, some in each call; `onPart` gets what each call returned and of how many pictures.
 * Throws the signal's reason once it is aborted.
 */
export async function runClassifier(
  images: readonly ImageValue[],
  { name, stage: { image: sight } }: Played<Score>,
  pack: string,
  { models, signal }: Pick<Host, "models" | "signal">,
  onPart: (outputs: Tensors, count: number) => void,
): Promise<void> {
  if (!sight) throw new Error(`The stage "${name}" has heads, but reads no pictures.`);
  const length = 3 * sight.size * sight.size;
  for (let from = 0; from < images.length; from += most) {
    signal.throwIfAborted();
    const part = images.slice(from, from + most);
    const data = new Float32Array(part.length * length);
    for (const [i, image] of part.entries()) data.set(standardise(seePicture(image, sight), sight), i * length);
    const feeds = { image: { shape: [part.length, 3, sight.size, sight.size], data } };
    onPart(await models.run({ pack, stage: name, feeds, signal }), part.length);
  }
}
