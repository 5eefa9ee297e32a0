import type { Score } from "@clipwork/models";
import type { ImageValue } from "../kinds/image-value.ts";
import { type Host, output, type Played } from "../stage/stage.ts";
import type { Found } from "./answers.ts";
import { runClassifier } from "./run-classifier.ts";

/** What a classifier reads in a picture: of each head the likeliest label and its probability. */
export type Reading = { readonly labels: Found; readonly probabilities: { readonly [head: string]: number } };

/**
 * Reads pictures of any size with a classifier of a pack, some in each call; `onRead` gets those that are there after each. Throws the
 * signal's reason once it is aborted.
 */
export async function classify(
  images: readonly ImageValue[],
  played: Played<Score>,
  pack: string,
  host: Pick<Host, "models" | "signal">,
  onRead: (readings: readonly Reading[]) => void,
): Promise<readonly Reading[]> {
  const { heads = {} } = played.stage;
  const readings: Reading[] = [];
  await runClassifier(images, played, pack, host, (outputs, count) => {
    for (let i = 0; i < count; i++) {
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
  });
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
