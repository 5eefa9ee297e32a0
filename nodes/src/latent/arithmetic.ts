import { NodeError, optional, p, socketOf } from "@clipwork/engine";
import { type ImageEmbeddingValue, imageEmbedding } from "../kinds/image-embedding.ts";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { combined, norm, scaled } from "../vectors/vectors.ts";
import { embeddingOf, noDirection } from "./operands.ts";

export const arithmetic = defineNode({
  type: "latent.arithmetic",
  version: 1,
  title: "Calculate with embeddings",
  summary: "Adds, subtracts, normalises or rescales image embeddings.",
  inputs: {
    embedding: t.sharedImageEmbedding("The embedding to start from."),
    other: optional(t.sharedImageEmbedding("The embedding to add or subtract, or whose norm to take.")),
  },
  // The scale is left open: types are settled before a run, and the operation may come by a link (docs/decisions/0028).
  outputs: {
    embedding: socketOf(
      imageEmbedding,
      "The result, of no stated scale, since that depends on the operation: rescale gives it the norm that a decoder expects.",
      { space: { same: "space" } },
    ),
  },
  params: {
    operation: p.choice(
      "What to do: add or subtract the other one, normalise to length 1, or rescale to a norm.",
      ["add", "subtract", "normalise", "rescale"],
      "add",
    ),
    weight: p.number("What the other one is multiplied by before it is added or subtracted.", {
      default: 1,
      min: -1000,
      max: 1000,
    }),
    norm: p.number("The norm to rescale to; empty takes that of the other one.", { default: null, min: 0, max: 1e6 }),
  },
  run({ embedding, other }, { operation, weight, norm: wanted }) {
    const given = other ? [embedding, other] : [embedding];
    const [a, b] = vectorsOf(given, (index) => (index === 0 ? '"embedding"' : '"other"')) as [
      Float32Array,
      Float32Array?,
    ];
    switch (operation) {
      case "add":
        return { embedding: embeddingOf(combined([a, needed(b, operation)], [1, weight])) };
      case "subtract":
        return { embedding: embeddingOf(combined([a, needed(b, operation)], [1, -weight])) };
      case "normalise":
        return { embedding: toNorm(a, 1) };
      case "rescale":
        return { embedding: toNorm(a, wanted ?? norm(needed(b, operation))) };
    }
  },
});

function toNorm(a: Float32Array, wanted: number): ImageEmbeddingValue {
  const length = norm(a);
  if (length === 0) throw noDirection("The embedding");
  return embeddingOf(scaled(a, wanted / length));
}

/** The other embedding, which the operation cannot do without. */
function needed(other: Float32Array | undefined, operation: string): Float32Array {
  if (other) return other;
  throw new NodeError(
    `Nothing is linked to "other", which ${operation} needs.`,
    operation === "rescale" ? 'Link an embedding to it, or set "norm".' : "Link an embedding to it.",
  );
}
