import { list, optional, type TableColumn } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { deviation, mean } from "../statistics/measures.ts";
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
    const vectors = vectorsOf(embeddings);
    const first = vectors[0]!;
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
