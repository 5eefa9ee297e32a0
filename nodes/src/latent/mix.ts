import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { combined, norm, scaled } from "../vectors/vectors.ts";
import { embeddingOf } from "./operands.ts";

export const mix = defineNode({
  type: "latent.mix",
  version: 1,
  title: "Mix embeddings",
  summary: "The weighted mean of a list of image embeddings.",
  inputs: { embeddings: list(t.sharedImageEmbedding("What to mix; list.join makes one list of several.")) },
  outputs: { embedding: t.sharedImageEmbedding("The mix.") },
  params: {
    weights: p.text("A number for each embedding, with commas between; empty weights them all equally.", {
      maxLength: 10_000,
    }),
    norm: p.choice(
      "How long the mix is: mean keeps the average length of the embeddings; sum leaves the weighted sum as it is, which is shorter.",
      ["mean", "sum"],
      "mean",
    ),
  },
  run({ embeddings }, params) {
    const vectors = vectorsOf(embeddings);
    const weights = readWeights(params.weights, vectors.length);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (Math.abs(total) < 1e-9)
      throw new NodeError("The weights add up to 0, so they have no mean.", "Change one of the weights.");
    const mean = combined(
      vectors,
      weights.map((weight) => weight / total),
    );
    if (params.norm === "sum") return { embedding: embeddingOf(mean) };
    return { embedding: embeddingOf(scaled(mean, meanNorm(vectors, weights) / lengthOf(mean))) };
  },
});

/** The mean of the norms, weighted by the weights without their signs. */
function meanNorm(vectors: readonly Float32Array[], weights: readonly number[]): number {
  const shares = weights.map(Math.abs);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return vectors.reduce((sum, vector, k) => sum + shares[k]! * norm(vector), 0) / total;
}

function lengthOf(mean: Float64Array): number {
  const length = norm(mean);
  if (length > 0) return length;
  throw new NodeError("The embeddings cancel each other out.", 'Change a weight, or set "norm" to "sum".');
}

/** The weights of `count` embeddings. Throws NodeError unless the text holds a finite number for each. */
function readWeights(text: string, count: number): readonly number[] {
  if (text.trim() === "") return Array(count).fill(1);
  const parts = text.split(",").map((part) => part.trim());
  const weights = parts.map((part) => (part === "" ? Number.NaN : Number(part)));
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0)
    throw new NodeError(
      `Weight ${wrong + 1} is "${parts[wrong]}", which is no number.`,
      'Write numbers with commas between, such as "1, 0.5, 2".',
    );
  if (weights.length === count) return weights;
  throw new NodeError(
    `There are ${weights.length} weights for ${count} embeddings.`,
    "Give one for each, or leave them empty to weigh all alike.",
  );
}
