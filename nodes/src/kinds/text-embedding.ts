import { defineKind } from "@clipwork/engine";

/** A caption as CLIP sees it. `embedding` is [D], `states` is [T, W], `mask` is [T] with 1 for kept tokens. */
export type TextEmbeddingValue = {
  readonly text: string;
  readonly embedding: Float32Array;
  readonly states: Float32Array;
  readonly mask: Float32Array;
};

export const textEmbedding = defineKind<TextEmbeddingValue>({
  kind: "text-embedding",
  hue: 136,
  card: "strip",
  check(value) {
    const { text, embedding, states, mask } = Object(value) as { [field: string]: unknown };
    if (typeof text !== "string") return "is not a text embedding: it has no text";
    if (![embedding, states, mask].every((part) => part instanceof Float32Array && part.length > 0))
      return "is not a text embedding: embedding, states and mask have to be float32";
    const tokens = (mask as Float32Array).length;
    return (states as Float32Array).length % tokens === 0
      ? undefined
      : `is not a text embedding: its ${tokens} tokens do not share ${(states as Float32Array).length} numbers of states`;
  },
  view: ({ embedding }) => ({ kind: "embedding", numbers: embedding }),
});
