import { list, optional } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { deviation, mean } from "../statistics/mean.ts";
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
    const columns = [
      column("item", "integer", vectors, (_, item) => item),
      column("norm", "number", vectors, norm),
      column("mean", "number", vectors, mean),
      column("deviation", "number", vectors, deviation),
      column("cosine to first", "number", vectors, (vector) => cosine(vector, first)),
      ...(caption
        ? [column("cosine to caption", "number", vectors, (vector) => cosine(vector, caption.embedding))]
        : []),
    ];
    return { table: { columns } };
  },
});
