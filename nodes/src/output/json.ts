import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputJson = defineNode({
  type: "output.json",
  version: 1,
  title: "Save JSON",
  summary: "Data to keep: a run writes it as a JSON file.",
  inputs: { json: t.json("The data.") },
  params: { name: nameParam() },
});
