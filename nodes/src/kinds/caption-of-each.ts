import { NodeError } from "@clipwork/engine";

/** The caption of each of `count` pictures, from a list of one for each or one for all. Throws NodeError for any other length. */
export function captionOfEach<Caption>(captions: readonly Caption[], count: number): readonly Caption[] {
  if (captions.length === count) return captions;
  const [only] = captions;
  if (captions.length === 1) return Array<Caption>(count).fill(only!);
  throw new NodeError(
    `There are ${count} pictures, but ${captions.length} captions.`,
    "Link a caption for each picture, or one for all.",
  );
}
