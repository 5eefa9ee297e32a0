import { NodeError } from "@clipwork/engine";
import type { Condition, Denoiser, Manifest, Tensor, Tensors } from "@clipwork/models";
import { captionFeeds } from "../clip/encode.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { findNullImage } from "../stage/null-image.ts";
import { type Host, row } from "../stage/stage.ts";

/** An image embedding and a caption for a denoiser. A network with vectors of its own uses them where `keep` is 0. */
export type Conditioning = {
  readonly image: Float32Array;
  /** The timestep up to which that was noised. */
  readonly noiseLevel: number;
  /** Undefined for a decoder that reads no caption. */
  readonly text: TextEmbeddingValue | undefined;
  readonly keep: { readonly image: 0 | 1; readonly text: 0 | 1 };
};

/**
 * What the decoder is conditioned on beside x_t: image and caption themselves and, where the pack has a condition for it, what that makes
 * of them: context [1, L, C], its mask [1, L], the time offset [1, E].
 */
export async function decoderFeeds(
  { image, noiseLevel, text, keep }: Conditioning,
  { condition: stage }: Denoiser,
  pack: string,
  { models, signal }: Pick<Host, "models" | "signal">,
): Promise<Tensors> {
  const feeds = {
    image_embedding: row(image, image.length),
    noise_level: row(Float32Array.of(noiseLevel)),
    ...(text ? captionFeeds(text) : {}),
    keep_image: row(Float32Array.of(keep.image)),
    keep_text: row(Float32Array.of(keep.text)),
  };
  if (stage === undefined) return feeds;
  const made = await models.run({ pack, stage, feeds, signal });
  return {
    ...feeds,
    ...(made.context ? { context_mask: contextMask(made.context, text?.mask ?? new Float32Array()) } : {}),
    ...made,
  };
}

/** The text whose captions a denoiser is conditioned on, by itself or through its condition. */
export function textOf({ text, condition }: Denoiser, { stages }: Manifest): string | undefined {
  return text ?? (condition === undefined ? undefined : (stages[condition] as Condition).text);
}

/** Tokens of the image stand before those of the caption, and are never masked. */
function contextMask({ shape }: Tensor, text: Float32Array): Tensor {
  const tokens = shape[1]!;
  const mask = new Float32Array(tokens).fill(1);
  mask.set(text, tokens - text.length);
  return row(mask, tokens);
}

/** The image embedding [D] of a decoder that is given no image. Throws NodeError if the pack has none. */
export async function nullImage(
  stage: Denoiser,
  { name, length, pack }: { readonly name: string; readonly length: number; readonly pack: string },
  host: Pick<Host, "models" | "pack">,
): Promise<Float32Array> {
  const found = await findNullImage(stage, { name, length, pack }, host);
  if (found) return found;
  throw new NodeError(
    `The pack "${pack}" has no image embedding that stands for none, which the unguided half of a step needs.`,
    "Set the guidance scale to 1, or choose another pack.",
  );
}
