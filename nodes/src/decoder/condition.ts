import type { Tensors } from "@clipwork/models";
import { captionFeeds } from "../clip/encode.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { type Host, output, row } from "../stage/stage.ts";

/** Image tokens, which stand before those of the caption and are never masked. */
const imageTokens = 4;

/** What the decoder is told beside x_t: image and caption as context [1, T+4, C], as time offset [1, E], and the mask [1, T+4]. */
export async function decoderCondition(
  image: Float32Array,
  text: TextEmbeddingValue,
  pack: string,
  { models, signal }: Pick<Host, "models" | "signal">,
): Promise<Tensors> {
  const feeds = { image_embedding: row(image, image.length), ...captionFeeds(text) };
  const outputs = await models.run({ pack, stage: "decoder-condition", feeds, signal });
  const tokens = imageTokens + text.mask.length;
  const context = output(outputs, "context");
  const time = output(outputs, "time");
  const mask = new Float32Array(tokens).fill(1, 0, imageTokens);
  mask.set(text.mask, imageTokens);
  return {
    context: row(context, tokens, context.length / tokens),
    time: row(time, time.length),
    mask: row(mask, tokens),
  };
}
