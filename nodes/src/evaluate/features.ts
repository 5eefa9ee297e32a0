import { list, NodeError } from "@clipwork/engine";
import type { ImageValue } from "../kinds/image-value.ts";
import { t } from "../kinds/t.ts";
import { type Host, output, requireStage } from "../stage/stage.ts";
import { keysOf } from "./params.ts";
import { runClassifier } from "./run-classifier.ts";

/** The inputs of the nodes that compare pictures in a classifier's features. */
export const featureInputs = {
  made: list(t.image("The made pictures.")),
  real: list(t.image("Real pictures to compare them with, such as those of image.load-folder.")),
  ...keysOf("made pictures"),
} as const;

/**
 * The features [F] of pictures of any size, in float64: what a pack's classifier sees in them before it reads its labels. `onRead` gets
 * how many are there after each call. Throws NodeError if the pack's classifier gives none.
 */
export async function featuresOf(
  images: readonly ImageValue[],
  pack: string,
  host: Pick<Host, "pack" | "models" | "signal">,
  onRead: (count: number) => void,
): Promise<readonly Float64Array[]> {
  const played = requireStage(host.pack(pack), "classifier");
  const { features: size } = played.stage;
  if (size === undefined)
    throw new NodeError(
      `The classifier of the pack "${pack}" gives no features, only labels.`,
      "Choose a pack whose classifier does, or compare CLIP's embeddings.",
    );
  const found: Float64Array[] = [];
  await runClassifier(images, played, pack, host, (outputs, count) => {
    const features = output(outputs, "features");
    for (let i = 0; i < count; i++) found.push(Float64Array.from(features.subarray(i * size, (i + 1) * size)));
    onRead(found.length);
  });
  return found;
}
