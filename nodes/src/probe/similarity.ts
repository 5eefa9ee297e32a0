import { list, NodeError, optional } from "@clipwork/engine";
import { requireOneEach } from "../kinds/one-each.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { cosine } from "../vectors/vectors.ts";
import { distinct } from "./distinct.ts";

/** A table has 256 columns at most, one of which is of names; a heat map has 40,000 cells. */
const most = { columns: 255, cells: 40_000 } as const;

export const similarity = defineNode({
  type: "probe.similarity",
  version: 1,
  title: "Similarity",
  summary: "The cosine of every image embedding to every other one, or to captions, as a heat map.",
  inputs: {
    embeddings: list(t.sharedImageEmbedding("The rows.")),
    captions: optional(
      list(t.sharedTextEmbedding("The columns; if not linked, the image embeddings are the columns as well.")),
    ),
    names: optional(list(t.text("A name for each image embedding; if not linked, they are numbered."))),
  },
  outputs: {
    table: t.table("A row for each image embedding, a column for each other one or caption."),
    plot: t.plot("The table as a heat map."),
  },
  run({ embeddings, captions, names }) {
    const count = embeddings.length;
    const vectors = vectorsOf([...embeddings, ...(captions ?? [])], (index) =>
      index < count ? `Embedding ${index + 1}` : `Caption ${index - count + 1}`,
    );
    requireOneEach("names", names, count, "embeddings");
    const rows = distinct(names ?? embeddings.map((_, i) => String(i + 1)));
    const columns = captions ? distinct(captions.map(({ text }) => text || "(no words)")) : rows;
    if (columns.length > most.columns || columns.length * count > most.cells)
      throw new NodeError(
        `The matrix would have ${count} rows and ${columns.length} columns.`,
        `Give at most ${most.columns} columns and ${most.cells} cells in all.`,
      );
    const across = captions ? vectors.slice(count) : vectors;
    const values = vectors.slice(0, count).map((vector) => across.map((other) => cosine(vector, other)));
    const table: TableValue = {
      columns: [
        { name: "name", type: "text", values: rows },
        ...columns.map((name, i) => ({
          name: name === "name" ? '"name"' : name,
          type: "number" as const,
          values: values.map((row) => row[i]!),
        })),
      ],
    };
    const labels = { title: "Cosine of CLIP embeddings", xLabel: "", yLabel: "" };
    const plot: PlotValue = { plot: "heat-map", ...labels, columns, rows, values: values.flat() };
    return { table, plot };
  },
});
