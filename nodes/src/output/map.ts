import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputMap = defineNode({
  type: "output.map",
  version: 1,
  title: "Save map",
  summary: "A map to keep: a run writes it as SVG and PNG, its points as CSV, and its points and plane as JSON.",
  inputs: { map: t.map("The map.") },
  params: { name: nameParam() },
});
