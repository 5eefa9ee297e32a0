import { p } from "@clipwork/engine";
import type { Tokens } from "@clipwork/models";
import { t } from "../kinds/t.ts";
import { tokens as tokensKind } from "../kinds/tokens.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { encodeCaption } from "./encode.ts";

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
    const { tokens, embedding } = await encodeCaption(text, { pack, text: stage.text }, host);
    for (const message of captionNotices(tokens, pack)) host.notice(message);
    host.preview("embedding", { pieces: tokens.pieces, cut: tokens.cut }, tokensKind);
    return { embedding };
  },
});

function captionNotices({ cut, unknownWords }: Tokens, pack: string): string[] {
  const notices: string[] = [];
  if (cut !== "") notices.push(`The caption is too long for the pack "${pack}"; this part was cut: ${quote(cut)}.`);
  if (unknownWords.length > 0) {
    const words = unknownWords.map(quote).join(", ");
    notices.push(`The pack "${pack}" was not trained on ${words}, so the picture may not show it.`);
  }
  return notices;
}

const longestQuote = 200;

/** Text of the user's in a message: on one line, shortened. */
function quote(text: string): string {
  const line = JSON.stringify(text);
  return line.length <= longestQuote ? line : `${line.slice(0, longestQuote - 2)}…"`;
}
