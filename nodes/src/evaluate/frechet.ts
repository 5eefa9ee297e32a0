import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { symmetricRoot } from "../statistics/eigen.ts";
import { frechetFrom } from "../statistics/frechet.ts";
import { moments } from "../statistics/moments.ts";
import { groupItems, requireItems } from "./groups.ts";
import { type Measured, measurePlot, measureTable } from "./measures.ts";
import { bootstrapParams, keysOf } from "./params.ts";
import { readReference, statisticsName } from "./reference.ts";
import { resampled } from "./resampled.ts";

export const frechetDistance = defineNode({
  type: "evaluate.frechet",
  version: 1,
  title: "Fréchet distance (CLIP)",
  summary:
    "The Fréchet distance between made and real pictures in CLIP's embeddings, not Inception's, so it cannot be compared with a published FID.",
  inputs: {
    made: list(t.imageEmbedding("CLIP embeddings of the made pictures.")),
    real: optional(
      list(t.imageEmbedding("CLIP embeddings of real pictures; if not linked, the pack's own statistics.")),
    ),
    ...keysOf("made pictures"),
  },
  outputs: {
    table: t.table("The distance of each group, with a bootstrap interval over its pictures."),
    plot: t.plot("The table, drawn."),
  },
  params: { pack: p.pack(), ...bootstrapParams },
  optionalArrays: [statisticsName],
  async run({ made, real, ...keys }, { pack, ...bootstrap }, host) {
    requireItems(made.length, 2, "made pictures");
    const all = vectorsOf(real ? [...made, ...real] : made).map((vector) => Float64Array.from(vector));
    const vectors = all.slice(0, made.length);
    const size = vectors[0]!.length;
    if (real) requireItems(real.length, 2, "real pictures");
    const reference = real ? moments(all.slice(made.length)) : (await readReference(pack, size, host)).moments;
    const grouped = groupItems(made.length, keys, "made pictures");
    for (const { items, ...key } of grouped) requireItems(items.length, 2, "made pictures", key);
    const counts = grouped.map(({ items }) => items.length);
    const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
    const few = fewest <= size;
    if (few && fewest < most)
      host.notice(
        `A covariance of ${size} dimensions needs more than ${size} pictures, and the groups have ${fewest} to ${most}: ` +
          "fewer pictures give a larger distance, so the groups cannot be compared.",
      );
    const root = symmetricRoot(reference.covariance, size);
    const distance = (items: readonly number[]) => frechetFrom(reference, root, moments(items.map((i) => vectors[i]!)));
    const steps = grouped.length * bootstrap.resamples;
    const measured: Measured[] = [];
    for (const [place, { items, ...key }] of grouped.entries()) {
      const statistic = (drawn: Int32Array) => distance(Array.from(drawn, (i) => items[i]!));
      const at = { host, done: place * bootstrap.resamples, steps };
      const [count, value] = [items.length, distance(items)];
      const interval = await resampled({ count, value }, statistic, bootstrap, at);
      const measure = { name: "Fréchet distance (CLIP)", count, value, ...interval };
      measured.push({ ...key, measures: [measure] });
      host.preview("table", measureTable(measured));
    }
    const caution = few ? `, ${fewest} pictures for ${size} dimensions: too large` : "";
    const title = `Fréchet distance in CLIP's embeddings${caution}`;
    return { table: measureTable(measured), plot: measurePlot(title, "distance", measured) };
  },
});
