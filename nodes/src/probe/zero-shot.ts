import { list } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { labelDirections, labelParams, labelProbabilities, meanShares, mostSeries } from "./label-directions.ts";

export const zeroShot = defineNode({
  type: "probe.zero-shot",
  version: 1,
  title: "Zero-shot",
  summary: "Which of several labels CLIP sees in pictures, and how probable it makes each of them.",
  inputs: { images: list(t.imageEmbedding("CLIP embeddings of the pictures.", "clip-text")) },
  outputs: {
    table: t.table("A row for each picture: the likeliest label, and the probability of each."),
    plot: t.plot("The probability of each label by picture; of more than eight pictures the mean."),
  },
  params: labelParams,
  stages: ["clip-text"],
  async run({ images }, params, host) {
    const vectors = vectorsOf(images);
    const directions = await labelDirections(params, host);
    const labels = directions.map(({ label }) => label);
    const rows = vectors.map((vector) => labelProbabilities(vector, directions, params.logitScale));
    return { table: tableOf(labels, rows), plot: barsOf(labels, rows) };
  },
});

function tableOf(labels: readonly string[], rows: readonly (readonly number[])[]): TableValue {
  return {
    columns: [
      { name: "item", type: "integer", values: rows.map((_, item) => item) },
      { name: "label", type: "text", values: rows.map((row) => labels[row.indexOf(Math.max(...row))]!) },
      { name: "probability", type: "number", values: rows.map((row) => Math.max(...row)) },
      ...labels.map((label, i) => ({
        name: `P(${label})`,
        type: "number" as const,
        values: rows.map((row) => row[i]!),
      })),
    ],
  };
}

function barsOf(labels: readonly string[], rows: readonly (readonly number[])[]): PlotValue {
  const many = rows.length > mostSeries;
  const series = many
    ? [{ name: "mean", values: meanShares(rows) }]
    : rows.map((row, i) => ({ name: `picture ${i + 1}`, values: [...row] }));
  const title = many ? `What CLIP sees in ${rows.length} pictures, on average` : "What CLIP sees";
  return { plot: "bar", title, xLabel: "", yLabel: "probability", categories: [...labels], series };
}
