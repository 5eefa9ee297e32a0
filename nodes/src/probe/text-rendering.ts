import { list, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { column } from "../kinds/table.ts";
import { defineNode } from "../stage/services.ts";
import { captionParams, drawSome, fillTemplate, wordsOf } from "./test-captions.ts";

export const textRendering = defineNode({
  type: "probe.text-rendering",
  version: 1,
  title: "Text rendering captions",
  summary: "Captions that ask for a painted word, such as a sign that says stop, for evaluate.read.",
  outputs: {
    captions: list(t.text("The captions, with words that the pack's classifier reads.")),
    expected: t.table("A row for each caption: the word."),
  },
  params: {
    ...captionParams,
    template: p.text('The caption, with "{}" in place of the word.', {
      default: "a sign that says {}",
      maxLength: 1000,
    }),
  },
  stages: ["classifier"],
  run(_, { pack, count, seed, template }, host) {
    const drawn = drawSome([...wordsOf(pack, "word", host)], count, seed);
    return {
      captions: drawn.map(([, word]) => fillTemplate(template, word)),
      expected: {
        columns: [column("word", "text", drawn, ([label]) => label)],
      },
    };
  },
});
