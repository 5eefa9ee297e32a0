import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { coveredGroups, requireSets } from "./covered-groups.ts";
import { featureInputs, featuresOf } from "./features.ts";
import { requireItems } from "./groups.ts";
import { neighboursParam } from "./params.ts";

export const precisionAndRecallOfClassifier = defineNode({
  type: "evaluate.precision-recall-classifier",
  version: 1,
  title: "Precision and recall (classifier)",
  summary:
    "The share of made pictures that lie among real ones (precision), and of real ones that lie among made ones (recall), by nearest neighbours in the features of the pack's own classifier.",
  inputs: featureInputs,
  outputs: {
    table: t.table("Precision and recall of each group, with Wilson intervals."),
    plot: t.plot("The table, drawn."),
  },
  params: { pack: p.pack(), neighbours: neighboursParam },
  stages: ["classifier"],
  async run({ made, real, ...keys }, { pack, neighbours }, host) {
    requireItems(made.length, neighbours + 1, "made pictures");
    const sets = requireSets(made.length, real.length, keys, neighbours);
    const steps = made.length + real.length;
    const features = await featuresOf([...made, ...real], pack, host, (count) => host.progress(count, steps));
    const [seen, reference] = [features.slice(0, made.length), features.slice(made.length)];
    return coveredGroups(seen, reference, sets, "the classifier's features", host);
  },
});
