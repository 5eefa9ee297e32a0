import { NodeError, p } from "@clipwork/engine";
import { encodeWithNotices } from "../clip/caption-notices.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { textOf } from "./condition.ts";

/** A pack's prior and its decoder may read captions through different encoders, as in Stable unCLIP from text. */
export const encodeForDecoder = defineNode({
  type: "decoder.encode-caption",
  version: 1,
  title: "Encode caption for the decoder",
  summary: "Turns a caption into what the decoder reads, if its text encoder is another than the prior's.",
  inputs: { text: t.text("The caption.") },
  outputs: { embedding: t.textEmbedding("The caption as the decoder's text encoder sees it.", "decoder") },
  params: { pack: p.pack() },
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run({ text }, { pack }, host) {
    const { manifest } = host.pack(pack);
    const read = textOf(requireStage(host.pack(pack), "decoder").stage, manifest);
    if (read === undefined)
      throw new NodeError(`The decoder of the pack "${pack}" reads no captions.`, "Leave its caption out.");
    const { embedding } = await encodeWithNotices(text, { pack, text: read }, host);
    return { embedding };
  },
});
