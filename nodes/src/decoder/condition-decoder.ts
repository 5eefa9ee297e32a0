import { NodeError, optional, whenPack } from "@clipwork/engine";
import { type Denoiser, type Tensors, textEncoderOf } from "@clipwork/models";
import { encodeWithNotices } from "../clip/caption-notices.ts";
import type { Step } from "../diffusion/schedule.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { scaleAt } from "../guidance/scale-at.ts";
import type { GuidanceValue } from "../kinds/guidance.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { t } from "../kinds/t.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import type { AskedSize } from "../stage/sample-shape.ts";
import { type Host, networkOf, output, requireStage, row } from "../stage/stage.ts";
import { type Canvas, canvasOf } from "./canvas.ts";
import { type Conditioning, decoderFeeds, nullImage, textOf } from "./condition.ts";

/** The inputs of every node that runs a decoder. */
export const decoderInputs = {
  image: t.imageEmbedding("What to paint.", "decoder"),
  text: whenPack(
    "decoder.text",
    optional(t.textEmbedding("The caption; if not linked, the picture follows the image embedding alone.", "decoder")),
  ),
} as const;

/** A size asked for, and what begins the sentence that complains about it. */
type Size = { readonly asked: AskedSize; readonly what?: string };

/** The size of a picture that is given. */
export const sizeOf = ({ width, height }: ImageValue): Size => ({ asked: { width, height }, what: "The picture" });

/** The guidance of a node that samples with a decoder. */
export const guidanceInput = optional(t.guidance("How strongly to follow both; if not linked, the pack's default."));

type DecoderInputs = {
  readonly image: ImageEmbeddingValue;
  readonly text: TextEmbeddingValue | undefined;
  readonly guidance?: GuidanceValue | undefined;
  /** What the unguided half of a step is given as its image, in place of the pack's embedding that stands for none. */
  readonly negativeImage?: ImageEmbeddingValue | undefined;
};

/** A pack's decoder, conditioned on what to paint. */
export type ConditionedDecoder = {
  readonly stage: Denoiser;
  readonly canvas: Canvas;
  /** What it predicts for x_t, with guidance: as many numbers as the canvas has, then the variance if it learned one. */
  readonly predict: (x: Float32Array, step: Step) => Promise<Float32Array>;
};

/**
 * Prepares a pack's decoder for one picture: encodes what it is conditioned on, with and without, once for all steps. Without a
 * caption that is the encoding of "", with which it was trained wherever a caption was dropped, and `keep_text` 0 for networks that have a
 * vector of their own for it. Throws NodeError if the pack lacks what that takes.
 */
export async function conditionDecoder(
  inputs: DecoderInputs,
  pack: string,
  host: Host,
  size: Size = { asked: { width: null, height: null } },
): Promise<ConditionedDecoder> {
  const { manifest } = host.pack(pack);
  const { name, stage } = requireStage(host.pack(pack), "decoder");
  const canvas = canvasOf({ name, stage }, size, pack, host);
  const { channels, height, width } = canvas.shape;
  const guidance = guidanceOr(inputs.guidance, stage);
  const { negative } = guidance;
  const { embedding, none: absent, noiseLevel = 0 } = inputs.image;
  const text = textOf(stage, manifest);
  if (text !== undefined && !inputs.text && !textEncoderOf(manifest, text)) {
    throw new NodeError(
      `The pack "${pack}" has no encoder for captions, so nothing can stand for no caption.`,
      "Link a caption, or choose a pack that has one.",
    );
  }

  const feedsOf = (conditioning: Conditioning) => decoderFeeds(conditioning, stage, pack, host);
  const encode = async (caption: string) =>
    text === undefined
      ? undefined
      : (await encodeWithNotices(caption, { pack, text }, host, "negative caption")).embedding;
  if (guidance.scale === 1 && inputs.negativeImage)
    host.notice("The negative image changes nothing: without guidance, at a scale of 1, nothing is steered away from.");
  if (text === undefined && negative !== "")
    host.notice(`The negative caption changes nothing: the decoder of the pack "${pack}" reads no caption.`);
  const noImage = () => nullImage(stage, { name, length: embedding.length, pack }, host);
  const guided = async () => {
    const text = inputs.text ?? (await encode(""));
    const image = absent ? await noImage() : embedding;
    return feedsOf({ image, noiseLevel, text, keep: { image: absent ? 0 : 1, text: inputs.text ? 1 : 0 } });
  };
  const unguided = async () => {
    const away = inputs.negativeImage;
    const image = away && !away.none ? away.embedding : await noImage();
    const keep = { image: away && !away.none ? 1 : 0, text: negative === "" ? 0 : 1 } as const;
    return feedsOf({ image, noiseLevel: away?.noiseLevel ?? 0, text: await encode(negative), keep });
  };
  const [conditional, unconditional] = await Promise.all([guided(), guidance.scale === 1 ? undefined : unguided()]);

  const network = networkOf(manifest, name);
  const call = async (x: Float32Array, step: Step, condition: Tensors) => {
    const feeds = {
      sample: row(x, channels, height, width),
      timestep: row(Float32Array.of(step.timestep)),
      ...condition,
    };
    return output(await host.models.run({ pack, stage: network(step), feeds, signal: host.signal }), "output");
  };
  const predict = (x: Float32Array, step: Step) => {
    const scale = scaleAt(guidance, step.timestep, stage.scheduler.trainTimesteps);
    return predictGuided((condition) => call(x, step, condition), { conditional, unconditional }, scale, canvas.length);
  };
  return { stage, canvas, predict };
}
