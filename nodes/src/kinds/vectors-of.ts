import { NodeError } from "@clipwork/engine";

/** An embedding of a caption or of a picture. */
type Embedding = { readonly embedding: Float32Array; readonly none?: true };

/**
 * The numbers of embeddings of one space, of captions or pictures. Throws NodeError for one that stands for no image, and for one
 * that has not as many numbers as the first. `name` says what the user calls the embedding of an index.
 */
export function vectorsOf(
  embeddings: readonly Embedding[],
  name: (index: number) => string = (index) => (index === 0 ? "the first" : `Embedding ${index + 1}`),
): readonly Float32Array[] {
  const wanted = embeddings[0]!.embedding.length;
  return embeddings.map(({ embedding, none }, index) => {
    if (none)
      throw new NodeError(
        "An embedding that stands for no image cannot be calculated with.",
        "Link prior.none to a decoder alone.",
      );
    if (embedding.length === wanted) return embedding;
    throw new NodeError(
      `${name(index)} has ${embedding.length} numbers, but ${name(0)} has ${wanted}.`,
      "Give embeddings of one CLIP space.",
    );
  });
}
