import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { tokens as tokensKind } from "../kinds/tokens.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { encodeWithNotices } from "./caption-notices.ts";

export const encodeText = defineNode({
  type: "clip.encode-text",
  version: 1,
  title: "CLIP encode text",
  summary: "Turns a caption into a CLIP text embedding and per-token states.",
  inputs: { text: t.text("The caption.") },
  outputs: { embedding: t.textEmbedding("The caption as the pack's CLIP sees it.", "clip-text") },
  params: { pack: p.pack() },
  stages: ["clip-text"],
  async run({ text }, { pack }, host) {
    const { stage } = requireStage(host.pack(pack), "clip-text");
    const { tokens, embedding } = await encodeWithNotices(text, { pack, text: stage.text }, host);
    host.preview("embedding", { pieces: tokens.pieces, cut: tokens.cut }, tokensKind);
    return { embedding };
  },
});
