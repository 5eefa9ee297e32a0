import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputPlot = defineNode({
  type: "output.plot",
  version: 1,
  title: "Save plot",
  summary: "A plot to keep: a run writes it as SVG and PNG, and its numbers as CSV.",
  inputs: { plot: t.plot("The plot.") },
  params: { name: nameParam() },
});
