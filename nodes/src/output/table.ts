import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputTable = defineNode({
  type: "output.table",
  version: 1,
  title: "Save table",
  summary: "A table to keep: a run writes it as CSV and as JSON.",
  inputs: { table: t.table("The table.") },
  params: { name: nameParam() },
});
