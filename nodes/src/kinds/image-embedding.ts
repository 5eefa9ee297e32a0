import { defineKind } from "@clipwork/engine";

/** A CLIP image embedding, raw: [D], not normalised. */
export type ImageEmbeddingValue = { readonly embedding: Float32Array };

export const imageEmbedding = defineKind<ImageEmbeddingValue>({
  kind: "image-embedding",
  check(value) {
    const { embedding } = Object(value) as { [field: string]: unknown };
    return embedding instanceof Float32Array && embedding.length > 0
      ? undefined
      : "is not an image embedding: it has no float32 embedding";
  },
});
