import { list, NodeError, optional, type TableColumn } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { cosine, norm } from "../vectors/vectors.ts";

export const embeddings = defineNode({
  type: "probe.embeddings",
  version: 1,
  title: "Measure embeddings",
  summary:
    "A row for each image embedding: its norm, mean and standard deviation, its cosine to the first one and to a caption.",
  inputs: {
    embeddings: list(t.sharedImageEmbedding("The embeddings.")),
    caption: optional(t.sharedTextEmbedding("The caption to compare with.")),
  },
  outputs: { table: t.table("One row for each embedding, in their order.") },
  run({ embeddings, caption }) {
    const vectors = embeddings.map(({ embedding }) => embedding);
    const first = vectors[0]!;
    for (const [index, { length }] of vectors.entries()) {
      if (length === first.length) continue;
      throw new NodeError(
        `Embedding ${index + 1} has ${length} numbers, but the first has ${first.length}.`,
        "Give embeddings of one CLIP space.",
      );
    }
    const column = (name: string, measure: (vector: Float32Array) => number): TableColumn => ({
      name,
      type: "number",
      values: vectors.map(measure),
    });
    const columns: TableColumn[] = [
      { name: "item", type: "integer", values: vectors.map((_, item) => item) },
      column("norm", norm),
      column("mean", mean),
      column("deviation", deviation),
      column("cosine to first", (vector) => cosine(vector, first)),
      ...(caption ? [column("cosine to caption", (vector) => cosine(vector, caption.embedding))] : []),
    ];
    return { table: { columns } };
  },
});

function mean(vector: Float32Array): number {
  return sum(vector.length, (i) => vector[i]!) / vector.length;
}

/** Of the population: the root of the mean square distance from the mean. */
function deviation(vector: Float32Array): number {
  const middle = mean(vector);
  return Math.sqrt(sum(vector.length, (i) => (vector[i]! - middle) ** 2) / vector.length);
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}
