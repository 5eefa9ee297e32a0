import { list } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { cosine } from "../vectors/vectors.ts";
import { groupItems, requireFew, requireItems } from "./groups.ts";
import { type Measured, measurePlot, measureTable } from "./measures.ts";
import { bootstrapParams, keysOf } from "./params.ts";
import { resampled } from "./resampled.ts";

/** Of two pictures, each resample has their one distance or none: all that is known is what 1 - cosine can be. */
const unknown = { low: 0, high: 2 } as const;

export const diversity = defineNode({
  type: "evaluate.diversity",
  version: 1,
  title: "Diversity (CLIP)",
  summary: "How far pictures are from one another: the mean of 1 - cosine over all pairs of their CLIP embeddings.",
  inputs: {
    images: list(t.sharedImageEmbedding("CLIP embeddings of the pictures.")),
    ...keysOf("pictures"),
  },
  outputs: {
    table: t.table(
      "The mean distance in each group, with a bootstrap interval over its pictures; of two pictures it is unknown, from 0 to 2.",
    ),
    plot: t.plot("The table, drawn."),
  },
  params: bootstrapParams,
  async run({ images, ...keys }, options, host) {
    requireItems(images.length, 2, "pictures");
    const vectors = vectorsOf(images);
    const grouped = groupItems(images.length, keys, "pictures");
    for (const { items, ...key } of grouped) {
      requireItems(items.length, 2, "pictures", key);
      requireFew(items.length, "pictures");
    }
    const steps = grouped.length * options.resamples;
    const measured: Measured[] = [];
    for (const [place, { items, ...key }] of grouped.entries()) {
      const distances = items.map((i) => Float64Array.from(items, (j) => 1 - cosine(vectors[i]!, vectors[j]!)));
      const [count, value] = [items.length, meanOfPairs(distances, Int32Array.from(items.keys()))];
      const statistic = (drawn: Int32Array) => meanOfPairs(distances, drawn);
      const at = { host, done: place * options.resamples, steps };
      const interval = count === 2 ? unknown : await resampled({ count, value }, statistic, options, at);
      measured.push({ ...key, measures: [{ name: "mean distance", count, value, ...interval }] });
    }
    const title = "Mean distance between two pictures in CLIP's embeddings";
    return { table: measureTable(measured), plot: measurePlot(title, "1 - cosine", measured) };
  },
});

/** Over all pairs of different pictures: one that is drawn twice is no pair with itself. NaN if one picture alone is drawn. */
function meanOfPairs(distances: readonly Float64Array[], items: Int32Array): number {
  let [total, pairs] = [0, 0];
  for (let a = 0; a < items.length; a++)
    for (let b = a + 1; b < items.length; b++) {
      if (items[a] === items[b]) continue;
      total += distances[items[a]!]![items[b]!]!;
      pairs++;
    }
  return total / pairs;
}
