import { optional } from "@clipwork/engine";
import type { Tensors } from "@clipwork/models";
import { encodeCaption } from "../clip/encode.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { clampImage } from "../image/pixels.ts";
import { t } from "../kinds/t.ts";
import { chooseSampler, pictureParams, sampleStage } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { output, requireStage, row } from "../stage/stage.ts";
import { decoderCondition } from "./condition.ts";

export const decoder = defineNode({
  type: "decoder.sample",
  version: 1,
  title: "Decoder",
  summary: "Paints a small picture from a CLIP image embedding and its caption.",
  inputs: {
    image: t.imageEmbedding("What to paint."),
    text: t.textEmbedding("The caption."),
    guidance: optional(t.guidance("How strongly to follow both; the pack's default when not linked.")),
  },
  outputs: { image: t.image("The picture.", "decoder.size") },
  params: pictureParams,
  stages: ["clip-text", "decoder-condition", "decoder"],
  async run(inputs, params, host) {
    const pack = host.pack(params.pack);
    const stage = requireStage(pack, "decoder");
    const nullImage = Float32Array.from(requireStage(pack, "decoder-condition").nullImageEmbedding);
    const { scale, negative } = guidanceOr(inputs.guidance, stage);

    const withCaption = () => decoderCondition(inputs.image.embedding, inputs.text, params.pack, host);
    const withoutCaption = async () => {
      const { embedding } = await encodeCaption(negative, params.pack, host);
      return decoderCondition(nullImage, embedding, params.pack, host);
    };
    const [conditional, unconditional] = await Promise.all([withCaption(), scale === 1 ? undefined : withoutCaption()]);

    const { size } = stage;
    const length = 3 * size * size;
    const call = async (x: Float32Array, timestep: number, condition: Tensors) => {
      const feeds = { sample: row(x, 3, size, size), timestep: row(Float32Array.of(timestep)), ...condition };
      return output(
        await host.models.run({ pack: params.pack, stage: "decoder", feeds, signal: host.signal }),
        "output",
      );
    };
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        steps: params.steps,
        sampler: chooseSampler(params),
        length,
        predict: (x, { timestep }) =>
          predictGuided((condition) => call(x, timestep, condition), { conditional, unconditional }, scale, length),
        show: (data) => host.preview("image", { width: size, height: size, data }),
      },
      host,
    );
    return { image: clampImage(size, size, x0) };
  },
});
