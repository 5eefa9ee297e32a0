import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { cosine } from "../vectors/vectors.ts";

/**
 * The image embedding that fits a caption best; of equals, the first. unCLIP draws two samples and keeps the one with the
 * higher z_i · z_t (Ramesh et al. 2022, section 2.2). Its embeddings have one norm; those of a pack need not, and the norm says
 * nothing of the caption, so here it is the cosine.
 */
export function closest(
  embeddings: readonly ImageEmbeddingValue[],
  { embedding: text }: Pick<TextEmbeddingValue, "embedding">,
): ImageEmbeddingValue {
  const [first, ...others] = embeddings.map((one) => ({ one, fit: cosine(one.embedding, text) }));
  return others.reduce((best, other) => (other.fit > best.fit ? other : best), first!).one;
}
