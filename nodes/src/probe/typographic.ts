import { list, NodeError } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { mean } from "../statistics/measures.ts";
import { labelDirections, labelParams, labelProbabilities } from "./label-directions.ts";

export const typographic = defineNode({
  type: "probe.typographic",
  version: 1,
  title: "Typographic attack",
  summary:
    "How a word pasted on pictures changes what CLIP sees in them: the probability of each label before and after.",
  inputs: {
    before: list(t.imageEmbedding("CLIP embeddings of the pictures as they are.", "clip-text")),
    after: list(t.imageEmbedding("CLIP embeddings of the same pictures with a word on them.", "clip-text")),
  },
  outputs: {
    table: t.table("A row for each picture and label: its probability before and after, and the change."),
    plot: t.plot("The mean probability of each label before and after."),
  },
  params: labelParams,
  stages: ["clip-text"],
  async run({ before, after }, params, host) {
    if (before.length !== after.length)
      throw new NodeError(
        `There are ${before.length} embeddings before and ${after.length} after.`,
        'Link the same pictures to both, "after" with a word on them.',
      );
    const vectors = vectorsOf([...before, ...after], (index) =>
      index < before.length ? `"before" ${index + 1}` : `"after" ${index - before.length + 1}`,
    );
    const directions = await labelDirections(params, host);
    const probabilities = vectors.map((vector) => labelProbabilities(vector, directions, params.logitScale));
    const [plain, attacked] = [probabilities.slice(0, before.length), probabilities.slice(before.length)];
    const labels = directions.map(({ label }) => label);
    const rows = plain.flatMap((row, item) =>
      row.map((value, i) => ({ item, label: labels[i]!, before: value, after: attacked[item]![i]! })),
    );
    const series = (
      [
        ["before", plain],
        ["after", attacked],
      ] as const
    ).map(([name, shares]) => ({
      name,
      values: labels.map((_, i) => mean(Float64Array.from(shares, (row) => row[i]!))),
    }));
    const title = "What CLIP sees before and after a word is pasted";
    const plot: PlotValue = { plot: "bar", title, xLabel: "", yLabel: "probability", categories: labels, series };
    const table: TableValue = {
      columns: [
        { name: "item", type: "integer", values: rows.map(({ item }) => item) },
        { name: "label", type: "text", values: rows.map(({ label }) => label) },
        { name: "before", type: "number", values: rows.map(({ before }) => before) },
        { name: "after", type: "number", values: rows.map(({ after }) => after) },
        { name: "change", type: "number", values: rows.map(({ before, after }) => after - before) },
      ],
    };
    return { table, plot };
  },
});
