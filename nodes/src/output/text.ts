import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { nameParam } from "./name-param.ts";

export const outputText = defineNode({
  type: "output.text",
  version: 1,
  title: "Save text",
  summary: "A text to keep: a run writes it as a text file.",
  inputs: { text: t.text("The text.") },
  params: { name: nameParam() },
});
