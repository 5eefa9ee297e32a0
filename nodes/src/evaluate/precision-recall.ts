import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { wilson } from "../statistics/interval.ts";
import { precisionRecall } from "../statistics/precision-recall.ts";
import { groupItems, requireFew, requireItems } from "./groups.ts";
import { type Measure, measurePlot, measureTable } from "./measures.ts";
import { keysOf } from "./params.ts";
import { readReference, statisticsName } from "./reference.ts";

export const precisionAndRecall = defineNode({
  type: "evaluate.precision-recall",
  version: 1,
  title: "Precision and recall (CLIP)",
  summary:
    "The share of made pictures that lie among real ones (precision), and of real ones that lie among made ones (recall), by nearest neighbours in CLIP's embeddings.",
  inputs: {
    made: list(t.imageEmbedding("CLIP embeddings of the made pictures.")),
    real: optional(
      list(t.imageEmbedding("CLIP embeddings of real pictures; if not linked, those that the pack keeps.")),
    ),
    ...keysOf("made pictures"),
  },
  outputs: {
    table: t.table("Precision and recall of each group, with Wilson intervals."),
    plot: t.plot("The table, drawn."),
  },
  params: {
    pack: p.pack(),
    neighbours: p.integer("How many nearest neighbours the surroundings of a picture reach to.", {
      default: 3,
      min: 1,
      max: 100,
    }),
  },
  optionalArrays: [statisticsName],
  async run({ made, real, ...keys }, { pack, neighbours }, host) {
    requireItems(made.length, neighbours + 1, "made pictures");
    const all = vectorsOf(real ? [...made, ...real] : made);
    const vectors = all.slice(0, made.length);
    const reference = real
      ? all.slice(made.length)
      : (await readReference(pack, vectors[0]!.length, host)).embeddings.map((row) => Float32Array.from(row));
    requireItems(reference.length, neighbours + 1, "real pictures");
    const grouped = groupItems(made.length, keys, "made pictures");
    for (const { items, ...key } of grouped) requireItems(items.length, neighbours + 1, "made pictures", key);
    const count = Math.min(reference.length, ...grouped.map(({ items }) => items.length));
    requireFew(count, "made and real pictures");
    const measured = grouped.map(({ items, ...key }) => {
      host.signal.throwIfAborted();
      // Sets of one size: a manifold of more pictures is wider.
      const sets = [reference.slice(0, count), items.slice(0, count).map((i) => vectors[i]!)] as const;
      const covered = precisionRecall(...sets, neighbours);
      return { ...key, measures: [share("precision", covered.made), share("recall", covered.real)] };
    });
    const title = `Precision and recall in CLIP's embeddings, ${neighbours} neighbours, ${count} pictures a set`;
    return { table: measureTable(measured), plot: measurePlot(title, "share", measured) };
  },
});

function share(name: string, inside: readonly boolean[]): Measure {
  const count = inside.filter(Boolean).length;
  return { name, count: inside.length, value: count / inside.length, ...wilson(count, inside.length) };
}
