import { list, optional, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { moments } from "../statistics/moments.ts";
import { frechetOfGroups } from "./frechet-of-groups.ts";
import { requireGroups, requireItems } from "./groups.ts";
import { bootstrapParams, keysOf } from "./params.ts";
import { readReference, statisticsName } from "./reference.ts";

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
    const grouped = requireGroups(2, made.length, keys, "made pictures");
    const all = vectorsOf(real ? [...made, ...real] : made).map((vector) => Float64Array.from(vector));
    const vectors = all.slice(0, made.length);
    if (real) requireItems(real.length, 2, "real pictures");
    const reference = real
      ? moments(all.slice(made.length))
      : (await readReference(pack, vectors[0]!.length, host)).moments;
    const name = { name: "Fréchet distance (CLIP)", where: "CLIP's embeddings" };
    return frechetOfGroups(vectors, reference, name, { grouped, bootstrap }, host);
  },
});
