import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { coveredGroups, requireSets } from "./covered-groups.ts";
import { requireItems } from "./groups.ts";
import { keysOf, neighboursParam } from "./params.ts";
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
  params: { pack: p.pack(), neighbours: neighboursParam },
  optionalArrays: [statisticsName],
  async run({ made, real, ...keys }, { pack, neighbours }, host) {
    requireItems(made.length, neighbours + 1, "made pictures");
    const all = vectorsOf(real ? [...made, ...real] : made);
    const vectors = all.slice(0, made.length);
    const reference = real
      ? all.slice(made.length)
      : (await readReference(pack, vectors[0]!.length, host)).embeddings.map((row) => Float32Array.from(row));
    const sets = requireSets(vectors.length, reference.length, keys, neighbours);
    return coveredGroups(vectors, reference, sets, "CLIP's embeddings", host);
  },
});
