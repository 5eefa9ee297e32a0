import { list, NodeError } from "@clipwork/engine";
import { captionOfEach } from "../kinds/caption-of-each.ts";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { intervalOfMean } from "../statistics/interval.ts";
import { mean } from "../statistics/mean.ts";
import { cosine } from "../vectors/vectors.ts";
import { groupItems, requireItems, warnOfSingles } from "./groups.ts";
import { measurePlot, measureTable } from "./measures.ts";
import { bootstrapParams, keysOf } from "./params.ts";

/** w of CLIPScore (Hessel et al. 2021, section 3). */
const weight = 2.5;

export const clipScore = defineNode({
  type: "evaluate.clip-score",
  version: 1,
  title: "CLIP score",
  summary:
    "How well pictures fit their captions: the mean cosine of their CLIP embeddings, and CLIPScore, 2.5 times its positive part.",
  inputs: {
    images: list(t.sharedImageEmbedding("CLIP embeddings of the pictures.")),
    captions: list(t.sharedTextEmbedding("CLIP embeddings of their captions: one for each picture, or one for all.")),
    ...keysOf("pictures"),
  },
  outputs: {
    table: t.table("Mean cosine and CLIPScore of each group, with bootstrap intervals."),
    plot: t.plot("The table, drawn."),
    items: t.table("A row for each picture: its caption and the cosine."),
  },
  params: bootstrapParams,
  run({ images, captions, ...keys }, options, host) {
    requireItems(images.length, 1, "pictures");
    const pictureCaptions = captionOfEach(captions, images.length);
    const vectors = vectorsOf(images);
    const cosines = Float64Array.from(vectors, (embedding, i) => {
      const caption = pictureCaptions[i]!.embedding;
      if (caption.length === embedding.length) return cosine(embedding, caption);
      throw new NodeError(
        `Picture ${i + 1} has an embedding of ${embedding.length} numbers, but its caption one of ${caption.length}.`,
        "Give embeddings of one CLIP space.",
      );
    });
    const scores = cosines.map((value) => weight * Math.max(0, value));
    const grouped = groupItems(images.length, keys, "pictures");
    warnOfSingles(grouped, "pictures", host);
    const measured = grouped.map(({ items, ...key }) => {
      const measure = (name: string, values: Float64Array) => {
        const own = Float64Array.from(items, (i) => values[i]!);
        return { name, count: own.length, value: mean(own), ...intervalOfMean(own, options) };
      };
      return { ...key, measures: [measure("cosine", cosines), measure("CLIPScore", scores)] };
    });
    return {
      table: measureTable(measured),
      plot: measurePlot("How well pictures fit their captions", "mean", measured),
      items: {
        columns: [
          column("item", "integer", images, (_, item) => item),
          column("caption", "text", images, (_, i) => pictureCaptions[i]!.text),
          column("cosine", "number", images, (_, i) => cosines[i]!),
        ],
      },
    };
  },
});
