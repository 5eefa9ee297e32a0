import { p } from "@clipwork/engine";
import type { Prior } from "@clipwork/models";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { norm, scaled } from "../vectors/vectors.ts";

/**
 * Figure 8 of the unCLIP paper, its middle row: the decoder is handed the text embedding as if it were an image embedding. In the
 * paper both have one norm, and only the direction differs. A pack's raw text embeddings may be shorter or longer than its
 * image embeddings, so by default the norm is made that of an image embedding: what differs is then the direction again.
 */
export const textEmbeddingPrior = defineNode({
  type: "prior.text-embedding",
  version: 1,
  title: "Text embedding as prior",
  summary: "Takes the text embedding itself as the image embedding, in place of a prior.",
  inputs: { text: t.textEmbedding("The caption.", "prior") },
  outputs: { embedding: t.imageEmbedding("The text embedding, as an image embedding.", "prior") },
  params: {
    pack: p.pack(),
    norm: p.choice(
      "How long it is: typical gives it the usual length of the pack's image embeddings; own leaves it as CLIP made it.",
      ["typical", "own"],
      "typical",
    ),
  },
  stages: ["prior"],
  run({ text: { embedding } }, { pack, norm: wanted }, host) {
    if (wanted === "own") return { embedding: { embedding } };
    const { normalisation } = requireStage(host.pack(pack), "prior").stage;
    const length = norm(embedding);
    if (normalisation && length > 0)
      return { embedding: { embedding: Float32Array.from(scaled(embedding, typicalNorm(normalisation) / length)) } };
    if (!normalisation)
      host.notice(
        `The pack "${pack}" does not say how long its image embeddings are: the embedding is as long as CLIP made it.`,
      );
    return { embedding: { embedding } };
  },
});

/** The root mean square of the norms of image embeddings: √Σ (mean² + std²). */
function typicalNorm({ mean, std }: NonNullable<Prior["normalisation"]>): number {
  return Math.sqrt(mean.reduce((sum, value, i) => sum + value ** 2 + std[i]! ** 2, 0));
}
