import { list, NodeError, optional } from "@clipwork/engine";
import { requireOneEach } from "../kinds/one-each.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { distinct } from "./distinct.ts";
import { labelDirections, labelParams, labelProbabilities, meanShares, mostSeries } from "./label-directions.ts";

type Shares = readonly (readonly number[])[];

export const typographic = defineNode({
  type: "probe.typographic",
  version: 1,
  title: "Typographic attack",
  summary:
    "How a word pasted on pictures changes what CLIP sees in them: the probability of each label before and after.",
  inputs: {
    before: list(
      t.imageEmbedding("CLIP embeddings of the pictures as they are: one for each, or one for all.", "clip-text"),
    ),
    after: list(t.imageEmbedding("CLIP embeddings of the pictures with a word on them.", "clip-text")),
    words: optional(list(t.text("The word on each of them, which names its rows and bars."))),
  },
  outputs: {
    table: t.table("A row for each picture and label: its probability before and after, and the change."),
    plot: t.plot("The probability of each label before, and after by picture; of more than eight pictures the mean."),
  },
  params: labelParams,
  stages: ["clip-text"],
  async run({ before, after, words }, params, host) {
    if (before.length !== 1 && before.length !== after.length)
      throw new NodeError(
        `There are ${before.length} embeddings before and ${after.length} after.`,
        'Link as many to both, or one picture to "before" with several words on it in "after".',
      );
    requireOneEach("words", words, after.length, "embeddings");
    const vectors = vectorsOf([...before, ...after], (index) =>
      index < before.length ? `"before" ${index + 1}` : `"after" ${index - before.length + 1}`,
    );
    const directions = await labelDirections(params, host);
    const probabilities = vectors.map((vector) => labelProbabilities(vector, directions, params.logitScale));
    const attacked = probabilities.slice(before.length);
    const plain = attacked.map((_, i) => probabilities[before.length === 1 ? 0 : i]!);
    const labels = directions.map(({ label }) => label);
    const rows = plain.flatMap((row, item) =>
      row.map((value, i) => ({ item, label: labels[i]!, before: value, after: attacked[item]![i]! })),
    );
    const columns = [
      column("item", "integer", rows, ({ item }) => item),
      ...(words ? [column("word", "text", rows, ({ item }) => words[item]!)] : []),
      column("label", "text", rows, ({ label }) => label),
      column("before", "number", rows, ({ before }) => before),
      column("after", "number", rows, ({ after }) => after),
      column("change", "number", rows, ({ before, after }) => after - before),
    ];
    return { table: { columns }, plot: barsOf(labels, plain, attacked, words) };
  },
});

function barsOf(labels: readonly string[], before: Shares, after: Shares, words?: readonly string[]): PlotValue {
  const names = distinct(after.map((_, i) => (words ? `with "${words[i]}"` : `after ${i + 1}`)));
  const each = after.map((values, i) => ({ name: names[i]!, values }));
  const series = [
    { name: "before", values: meanShares(before) },
    ...(after.length > mostSeries ? [{ name: "after", values: meanShares(after) }] : each),
  ];
  const title = "What CLIP sees before and after a word is pasted";
  return { plot: "bar", title, xLabel: "", yLabel: "probability", categories: labels, series };
}
