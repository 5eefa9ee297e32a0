import type { Tokens } from "@clipwork/models";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { type Host, output, row } from "../stage/stage.ts";

/** A caption as the pack's CLIP sees it, with the tokens it was cut to. */
export async function encodeCaption(
  text: string,
  packName: string,
  { models, pack, signal }: Pick<Host, "models" | "pack" | "signal">,
): Promise<{ readonly tokens: Tokens; readonly embedding: TextEmbeddingValue }> {
  const tokens = pack(packName).tokenizer.encode(text);
  const outputs = await models.run({
    pack: packName,
    stage: "clip-text",
    feeds: { ids: row(tokens.ids, tokens.ids.length) },
    signal,
  });
  const embedding = {
    text,
    embedding: output(outputs, "embedding"),
    states: output(outputs, "states"),
    mask: tokens.mask,
  };
  return { tokens, embedding };
}

/** The feeds that tell a stage of a caption: its embedding [1, D] and its token states [1, T, W]. */
export function captionFeeds({ embedding, states, mask }: TextEmbeddingValue) {
  return {
    text_embedding: row(embedding, embedding.length),
    text_states: row(states, mask.length, states.length / mask.length),
  };
}
