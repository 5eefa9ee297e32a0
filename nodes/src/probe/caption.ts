import { p } from "@clipwork/engine";
import { named } from "@clipwork/models";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

export const caption = defineNode({
  type: "probe.caption",
  version: 1,
  title: "Read a caption",
  summary:
    "What CLIP reads of a caption: its tokens, their ids with those for start, end and padding, and what was cut.",
  inputs: { text: t.text("The caption.") },
  outputs: { report: t.json("Text, tokens, ids and cut, as data.") },
  params: { pack: p.pack() },
  // Its digest counts the tokenizer. The pack's vocabulary counts in none, so unknown words are not reported here.
  stages: ["clip-text"],
  run({ text }, { pack }, host) {
    const found = host.pack(pack);
    const { stage } = requireStage(found, "clip-text");
    const { ids, pieces, cut } = named(found.tokenizers, stage.text).encode(text);
    return { report: { text, tokens: [...pieces], ids: [...ids], cut } };
  },
});
