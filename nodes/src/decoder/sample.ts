import { optional, whenPack } from "@clipwork/engine";
import type { Tensors } from "@clipwork/models";
import { encodeCaption } from "../clip/encode.ts";
import type { Step } from "../diffusion/schedule.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { clampImage } from "../kinds/pixels.ts";
import { t } from "../kinds/t.ts";
import { chooseSampler, pictureParams, sampleStage, startOf } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { networkOf, output, requireStage, row, sideOf } from "../stage/stage.ts";
import { decoderFeeds, nullImage, type Told, textOf } from "./condition.ts";

export const decoder = defineNode({
  type: "decoder.sample",
  version: 1,
  title: "Decoder",
  summary: "Paints a small picture from a CLIP image embedding and its caption.",
  inputs: {
    image: t.imageEmbedding("What to paint.", "decoder"),
    text: whenPack(
      "decoder.text",
      t.textEmbedding("The caption; a pack whose decoder reads none needs none.", "decoder"),
    ),
    guidance: optional(t.guidance("How strongly to follow both; the pack's default when not linked.")),
    noise: optional(t.noise("The noise to start from; drawn by the seed when not linked.", "decoder.size")),
  },
  outputs: { image: t.image("The picture.", "decoder.size") },
  params: pictureParams,
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run(inputs, params, host) {
    const { manifest } = host.pack(params.pack);
    const { name, stage } = requireStage(host.pack(params.pack), "decoder");
    const side = sideOf(name, stage);
    const { scale, negative } = guidanceOr(inputs.guidance, stage);
    const { embedding: image } = inputs.image;

    const told = (what: Told) => decoderFeeds(what, stage, params.pack, host);
    const unguided = async () => {
      const none = await nullImage(stage, { name, length: image.length, pack: params.pack }, host);
      const keep = { image: 0, text: negative === "" ? 0 : 1 } as const;
      if (!inputs.text) return told({ image: none, text: undefined, keep });
      const of = { pack: params.pack, text: textOf(stage, manifest) };
      return told({ image: none, text: (await encodeCaption(negative, of, host)).embedding, keep });
    };
    const [conditional, unconditional] = await Promise.all([
      told({ image, text: inputs.text, keep: { image: 1, text: 1 } }),
      scale === 1 ? undefined : unguided(),
    ]);

    const length = 3 * side * side;
    const network = networkOf(manifest, name);
    const call = async (x: Float32Array, step: Step, condition: Tensors) => {
      const feeds = { sample: row(x, 3, side, side), timestep: row(Float32Array.of(step.timestep)), ...condition };
      const stage = network(step);
      return output(await host.models.run({ pack: params.pack, stage, feeds, signal: host.signal }), "output");
    };
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        steps: params.steps,
        sampler: chooseSampler(params),
        length,
        start: startOf(inputs.noise, 3, side),
        predict: (x, step) =>
          predictGuided((condition) => call(x, step, condition), { conditional, unconditional }, scale, length),
        show: (data) => host.preview("image", { width: side, height: side, data }),
      },
      host,
    );
    return { image: clampImage(side, side, x0) };
  },
});
