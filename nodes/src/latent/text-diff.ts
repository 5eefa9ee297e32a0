import { NodeError, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { combined, norm, scaled, unit, type Vector } from "../vectors/vectors.ts";
import { embeddingOf, noDirection } from "./operands.ts";
import { between } from "./slerp.ts";

/** Directions whose difference is shorter than this are one direction, and their difference is rounding. */
const smallestDifference = 1e-6;

export const textDiff = defineNode({
  type: "latent.text-diff",
  version: 1,
  title: "Edit by caption",
  summary: "Turns an image embedding in the direction in which one caption differs from another.",
  inputs: {
    image: t.sharedImageEmbedding("What to edit."),
    text: t.sharedTextEmbedding("A caption of what it should become."),
    baseline: optional(
      t.sharedTextEmbedding("A caption of what it is; if not linked, the edit follows the new caption alone."),
    ),
  },
  outputs: { embedding: t.sharedImageEmbedding("The edited embedding, of the same norm.") },
  params: {
    position: p.number("How far to turn: 0 is not at all; the paper goes up to between 0.25 and 0.5.", {
      default: 0.35,
      min: 0,
      max: 1,
    }),
  },
  run({ image, text, baseline }, { position }) {
    const given = [image, text, ...(baseline ? [baseline] : [])];
    const [z, to, from] = vectorsOf(given, (index) => `"${["image", "text", "baseline"][index]}"`);
    const direction = diffOf(to!, from);
    const length = norm(z!);
    if (length === 0) throw noDirection("The image embedding");
    return { embedding: embeddingOf(between(z!, scaled(direction, length), position)) };
  },
});

/**
 * The text diff z_d = norm(z_t - z_t0), of length 1 (Ramesh et al. 2022, section 3.3); norm(z_t) without a baseline. The paper's
 * embeddings have one norm, so each is brought to length 1 first. Throws NodeError if there is no difference.
 */
function diffOf(text: Vector, baseline: Vector | undefined): Float64Array {
  const [to, from] = [unit(text), baseline && unit(baseline)];
  if (!to || (baseline && !from)) throw noDirection("The embedding of a caption");
  if (!from) return to;
  const difference = combined([to, from], [1, -1]);
  const direction = norm(difference) < smallestDifference ? undefined : unit(difference);
  if (direction) return direction;
  throw new NodeError(
    "The two captions have the same embedding, so there is no difference to follow.",
    "Give two captions that CLIP tells apart, or leave the baseline out.",
  );
}
