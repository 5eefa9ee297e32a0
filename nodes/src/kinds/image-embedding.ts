import { defineKind } from "@clipwork/engine";
import { npyMedia, writeNpy } from "./npy.ts";
import type { TextEmbeddingValue } from "./text-embedding.ts";

/**
 * A CLIP image embedding, raw: [D], not normalised. One that is `none` stands for no image at all: a decoder puts its own null
 * embedding in its place. `noiseLevel` is the timestep up to which it was noised, for decoders that are told; absent for one that was not.
 */
export type ImageEmbeddingValue = {
  readonly embedding: Float32Array;
  readonly none?: true;
  readonly noiseLevel?: number;
};

export const imageEmbedding = defineKind<ImageEmbeddingValue>({
  kind: "image-embedding",
  hue: 275,
  card: "strip",
  check(value) {
    const { embedding, none = true, noiseLevel = 0 } = Object(value) as { [field: string]: unknown };
    if (none !== true) return 'is not an image embedding: its "none" is neither absent nor true';
    if (!Number.isInteger(noiseLevel) || Number(noiseLevel) < 0)
      return "is not an image embedding: its noise level is no timestep";
    return embedding instanceof Float32Array && embedding.length > 0
      ? undefined
      : "is not an image embedding: it has no float32 embedding";
  },
  async view({ embedding }, { source }) {
    const caption = (await source("text-embedding")) as TextEmbeddingValue | undefined;
    return { kind: "embedding", numbers: embedding, ...(caption ? { beside: caption.embedding } : {}) };
  },
  publish: ({ embedding }) => [{ ending: ".npy", media: npyMedia, bytes: writeNpy(embedding, 1, embedding.length) }],
});
