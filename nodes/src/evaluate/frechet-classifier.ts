import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { moments } from "../statistics/moments.ts";
import { featureInputs, featuresOf } from "./features.ts";
import { frechetOfGroups } from "./frechet-of-groups.ts";
import { requireGroups, requireItems } from "./groups.ts";
import { bootstrapParams } from "./params.ts";

export const frechetOfClassifier = defineNode({
  type: "evaluate.frechet-classifier",
  version: 1,
  title: "Fréchet distance (classifier)",
  summary:
    "The Fréchet distance between made and real pictures in the features of the pack's own classifier, which did not learn from CLIP; not comparable with a published FID.",
  inputs: featureInputs,
  outputs: {
    table: t.table("The distance of each group, with a bootstrap interval over its pictures."),
    plot: t.plot("The table, drawn."),
  },
  params: { pack: p.pack(), ...bootstrapParams },
  stages: ["classifier"],
  async run({ made, real, ...keys }, { pack, ...bootstrap }, host) {
    requireItems(made.length, 2, "made pictures");
    requireItems(real.length, 2, "real pictures");
    const grouped = requireGroups(2, made.length, keys, "made pictures");
    const done = made.length + real.length;
    const steps = done + grouped.length * bootstrap.resamples;
    const features = await featuresOf([...made, ...real], pack, host, (count) => host.progress(count, steps));
    const reference = moments(features.slice(made.length));
    const name = { name: "Fréchet distance (features of the classifier)", where: "the classifier's features" };
    return frechetOfGroups(features.slice(0, made.length), reference, name, { grouped, bootstrap, done }, host);
  },
});
