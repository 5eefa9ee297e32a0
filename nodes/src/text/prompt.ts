import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

export const prompt = defineNode({
  type: "text.prompt",
  version: 1,
  title: "Prompt",
  summary: "A caption to draw.",
  outputs: { text: t.text("The caption.") },
  params: { text: p.text("What the picture shows.", { multiline: true }) },
  run: (_, { text }) => ({ text }),
});
