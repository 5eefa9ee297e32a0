import { NodeError } from "@clipwork/engine";
import type { ImageEmbeddingValue } from "./image-embedding.ts";

/** The numbers of embeddings of one space. Throws NodeError with the number of the first that has not as many as the first. */
export function vectorsOf(embeddings: readonly ImageEmbeddingValue[]): readonly Float32Array[] {
  const vectors = embeddings.map(({ embedding }) => embedding);
  for (const [index, { length }] of vectors.entries()) {
    if (length === vectors[0]!.length) continue;
    throw new NodeError(
      `Embedding ${index + 1} has ${length} numbers, but the first has ${vectors[0]!.length}.`,
      "Give embeddings of one CLIP space.",
    );
  }
  return vectors;
}
