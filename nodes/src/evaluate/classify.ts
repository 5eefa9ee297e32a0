import type { Score } from "@clipwork/models";
import { seePicture, standardise } from "../clip/see-picture.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { type Host, output, type Played } from "../stage/stage.ts";
import type { Found } from "./answers.ts";

/** Pictures in one call. */
const most = 16;

/** What a classifier reads in a picture: of each head the likeliest label and its probability. */
export type Reading = { readonly labels: Found; readonly probabilities: { readonly [head: string]: number } };

/**
 * Reads pictures of any size with a classifier of a pack, some in each call; `onRead` gets those that are there after each. Throws the
 * signal's reason once it is aborted.
 */
export async function classify(
  images: readonly ImageValue[],
  { name, stage }: Played<Score>,
  pack: string,
  { models, signal }: Pick<Host, "models" | "signal">,
  onRead: (readings: readonly Reading[]) => void,
): Promise<readonly Reading[]> {
  const { image: sight, heads = {} } = stage;
  if (!sight) throw new Error(`The stage "${name}" has heads, but reads no pictures.`);
  const readings: Reading[] = [];
  const length = 3 * sight.size * sight.size;
  for (let from = 0; from < images.length; from += most) {
    signal.throwIfAborted();
    const part = images.slice(from, from + most);
    const data = new Float32Array(part.length * length);
    for (const [i, image] of part.entries()) data.set(standardise(seePicture(image, sight), sight), i * length);
    const feeds = { image: { shape: [part.length, 3, sight.size, sight.size], data } };
    const outputs = await models.run({ pack, stage: name, feeds, signal });
    for (const i of part.keys()) {
      const read = Object.entries(heads).map(([head, labels]) => {
        const logits = output(outputs, head).subarray(i * labels.length, (i + 1) * labels.length);
        const [label, probability] = likeliest(logits);
        return [head, labels[label]!, probability] as const;
      });
      readings.push({
        labels: Object.fromEntries(read.map(([head, label]) => [head, label])),
        probabilities: Object.fromEntries(read.map(([head, , probability]) => [head, probability])),
      });
    }
    onRead(readings);
  }
  return readings;
}

/** The place of the largest logit, the first of equal ones, and its share of the softmax. */
function likeliest(logits: Float32Array): readonly [place: number, probability: number] {
  let place = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[place]!) place = i;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - logits[place]!);
  return [place, 1 / total];
}
