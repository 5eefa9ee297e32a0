import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputFile = defineNode({
  type: "output.file",
  version: 1,
  title: "Save file",
  summary: "A file to keep: a run writes its bytes as they are.",
  inputs: { file: t.file("The file.") },
  params: { name: nameParam() },
});
