import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputAny = defineNode({
  type: "output.any",
  version: 1,
  title: "Save anything",
  summary: "A value of any kind to keep: a run writes the files that its kind defines, or JSON if it defines none.",
  inputs: { value: t.variable("T", "The value.") },
  params: { name: nameParam() },
});
