import { NodeError } from "@clipwork/engine";
import { named, type Tensors, type Tokens, textEncoderOf } from "@clipwork/models";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { type Host, output, row } from "../stage/stage.ts";

/** A text of a pack: its tokenizer and its encoder. */
export type CaptionOf = { readonly pack: string; readonly text: string | undefined };

/** A caption as the encoder of one of the pack's texts sees it, with the tokens it was cut to. */
export async function encodeCaption(
  caption: string,
  of: CaptionOf,
  { models, pack, signal }: Pick<Host, "models" | "pack" | "signal">,
): Promise<{ readonly tokens: Tokens; readonly embedding: TextEmbeddingValue }> {
  const { manifest, tokenizers } = pack(of.pack);
  const found = textEncoderOf(manifest, of.text);
  if (!found) {
    throw new NodeError(
      `The pack "${of.pack}" has no encoder for captions, which the unguided half of a step needs.`,
      "Set the guidance scale to 1, or choose a pack that has one.",
    );
  }
  const [stage, { text, space }] = found;
  const tokens = named(tokenizers, text).encode(caption);
  const { length } = tokens.ids;
  const feeds = { ids: row(tokens.ids, length), text_mask: row(tokens.mask, length) };
  const outputs = await models.run({ pack: of.pack, stage, feeds, signal });
  const states = output(outputs, "states");
  const embedding = space === undefined ? lastState(states, tokens.mask) : output(outputs, "embedding");
  return { tokens, embedding: { text: caption, embedding, states, mask: tokens.mask } };
}

/** What an encoder of states alone has for a whole caption: the state [W] of its last token (the `pooler_output` of CLIPTextModel). */
function lastState(states: Float32Array, mask: Float32Array): Float32Array {
  const width = states.length / mask.length;
  const last = mask.lastIndexOf(1);
  return states.slice(last * width, (last + 1) * width);
}

/** Everything a stage can take of a caption: its embedding [1, D], its token states [1, T, W] and their mask [1, T]. */
export function captionFeeds({ embedding, states, mask }: TextEmbeddingValue): Tensors {
  return {
    text_embedding: row(embedding, embedding.length),
    text_states: row(states, mask.length, states.length / mask.length),
    text_mask: row(mask, mask.length),
  };
}
