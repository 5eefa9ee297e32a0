import { list, NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { intervalOfMean } from "../statistics/interval.ts";
import { mean } from "../statistics/mean.ts";
import { dot } from "../vectors/vectors.ts";
import { groupItems, requireItems, warnOfSingles } from "./groups.ts";
import { measurePlot, measureTable } from "./measures.ts";
import { bootstrapParams, keysOf } from "./params.ts";

/** The name of the arrays in a pack: `weight` [D] and `bias` [1] of a linear probe of its image embeddings. */
const probeName = "aesthetic-probe";

export const aesthetic = defineNode({
  type: "evaluate.aesthetic",
  version: 1,
  title: "Aesthetic score (linear probe)",
  summary:
    "Scores pictures by the pack's linear probe of their CLIP embeddings: toybox's predicts how colourful a picture is, not how well people like it.",
  inputs: {
    images: list(t.imageEmbedding("CLIP embeddings of the pictures.")),
    ...keysOf("pictures"),
  },
  outputs: {
    table: t.table("The mean score of each group, with a bootstrap interval."),
    plot: t.plot("The table, drawn."),
    items: t.table("A row for each picture: its score."),
  },
  params: { pack: p.pack(), ...bootstrapParams },
  arrays: [probeName],
  async run({ images, ...keys }, { pack, ...options }, host) {
    requireItems(images.length, 1, "pictures");
    const vectors = vectorsOf(images);
    const { weight, bias } = await host.arrays(pack, probeName);
    const length = vectors[0]!.length;
    if (weight?.data.length !== length || bias?.data.length !== 1)
      throw new NodeError(
        `The embeddings have ${length} numbers, but the probe of the pack "${pack}" is of ${weight?.data.length ?? 0}.`,
        "Give embeddings of the pack's own CLIP space, or export the pack again.",
      );
    const weights = Float64Array.from(weight.data);
    const scores = Float64Array.from(vectors, (vector) => dot(vector, weights) + bias.data[0]!);
    const grouped = groupItems(images.length, keys, "pictures");
    warnOfSingles(grouped, "pictures", host);
    const measured = grouped.map(({ items, ...key }) => {
      const own = Float64Array.from(items, (i) => scores[i]!);
      const score = { name: "score", count: own.length, value: mean(own), ...intervalOfMean(own, options) };
      return { ...key, measures: [score] };
    });
    return {
      table: measureTable(measured),
      plot: measurePlot("Score of the pack's linear probe", "mean score", measured),
      items: {
        columns: [
          column("item", "integer", images, (_, item) => item),
          column("score", "number", images, (_, i) => scores[i]!),
        ],
      },
    };
  },
});
