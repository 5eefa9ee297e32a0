import { optional } from "@clipwork/engine";
import { captionFeeds, encodeCaption } from "../clip/encode.ts";
import { stepUnclip } from "../diffusion/unclip-sampler.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { t } from "../kinds/t.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { sampleStage, samplingParams } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { output, requireStage, row } from "../stage/stage.ts";

export const diffusionPrior = defineNode({
  type: "prior.diffusion",
  version: 1,
  title: "Diffusion prior",
  summary: "Samples a CLIP image embedding that fits a caption.",
  inputs: {
    text: t.textEmbedding("The caption."),
    guidance: optional(t.guidance("How strongly to follow the caption; the pack's default when not linked.")),
  },
  outputs: { embedding: t.imageEmbedding("An image embedding for the decoder.") },
  params: samplingParams,
  stages: ["clip-text", "prior"],
  async run(inputs, params, host) {
    const stage = requireStage(host.pack(params.pack), "prior");
    const { scale, negative } = guidanceOr(inputs.guidance, stage);
    const conditional = inputs.text;
    const unconditional = scale === 1 ? undefined : (await encodeCaption(negative, params.pack, host)).embedding;
    const length = inputs.text.embedding.length;

    const call = async (x: Float32Array, timestep: number, text: TextEmbeddingValue) => {
      const feeds = {
        sample: row(x, length),
        timestep: row(Float32Array.of(timestep)),
        ...captionFeeds(text),
        mask: row(text.mask, text.mask.length),
      };
      return output(await host.models.run({ pack: params.pack, stage: "prior", feeds, signal: host.signal }), "output");
    };
    // The network works on standardised embeddings; the decoder and CLIP on raw ones.
    const mean = Float32Array.from(stage.normalisation.mean);
    const std = Float32Array.from(stage.normalisation.std);
    const raw = (x: Float32Array) => ({ embedding: x.map((value, i) => Math.fround(value * std[i]!) + mean[i]!) });

    const z = await sampleStage(
      {
        stage,
        purpose: "prior",
        seed: params.seed,
        steps: params.steps,
        sampler: stepUnclip,
        length,
        predict: (x, { timestep }) =>
          predictGuided((text) => call(x, timestep, text), { conditional, unconditional }, scale, length),
        show: (x0) => host.preview("embedding", raw(x0)),
      },
      host,
    );
    return { embedding: raw(z) };
  },
});
