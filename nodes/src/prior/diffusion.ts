import { addedLater, optional, p } from "@clipwork/engine";
import { named, type Prior, type Tensors } from "@clipwork/models";
import { encodeWithNotices } from "../clip/caption-notices.ts";
import { captionFeeds } from "../clip/encode.ts";
import { gaussian } from "../diffusion/philox.ts";
import { guidanceOr, predictGuided } from "../guidance/predict-guided.ts";
import { scaleAt } from "../guidance/scale-at.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import { t } from "../kinds/t.ts";
import type { TextEmbeddingValue } from "../kinds/text-embedding.ts";
import { inCompany, type SamplingHost } from "../stage/in-company.ts";
import { chooseSampler, samplerParams, sampleStage, samplingParams } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { output, requireStage, row } from "../stage/stage.ts";
import { closest } from "./closest.ts";
import { embeddingPreview } from "./embedding-preview.ts";

export const diffusionPrior = defineNode({
  type: "prior.diffusion",
  version: 1,
  title: "Diffusion prior",
  summary: "Samples a CLIP image embedding that fits a caption.",
  inputs: {
    text: t.textEmbedding("The caption.", "prior"),
    guidance: optional(t.guidance("How strongly to follow the caption; if not linked, the pack's default.")),
  },
  outputs: { embedding: t.imageEmbedding("An image embedding for the decoder.", "prior") },
  params: {
    ...samplingParams,
    sampler: addedLater(samplerParams.sampler),
    eta: addedLater(samplerParams.eta),
    spacing: samplerParams.spacing,
    candidates: addedLater(
      p.integer("How many embeddings to draw; the one that CLIP finds closest to the caption is kept.", {
        default: 1,
        min: 1,
        max: 64,
      }),
    ),
  },
  stages: ["prior"],
  optionalStages: ["clip-text"],
  async run(inputs, params, host) {
    const { manifest } = host.pack(params.pack);
    const { name, stage } = requireStage(host.pack(params.pack), "prior");
    const length = named(manifest.spaces, stage.space).dimension;
    const call = async (x: Float32Array, more: Tensors, { signal }: Pick<SamplingHost, "signal">) => {
      const feeds = { sample: row(x, length), ...more };
      return output(await host.models.run({ pack: params.pack, stage: name, feeds, signal }), "output");
    };
    const conditional = conditioning(inputs.text, 1);

    if (stage.scheduler === "once") {
      for (const message of unusedBy(inputs.guidance?.scale, params.steps)) host.notice(message);
      const drawn = await inCompany(params.candidates, host, (draw, host) =>
        call(gaussian(params.seed, "prior", 0, length, draw), conditional, host),
      );
      return {
        embedding: closest(
          drawn.map((z) => raw(z, stage.normalisation)),
          inputs.text,
        ),
      };
    }

    const { scheduler } = stage;
    const sampled = { ...stage, scheduler };
    const guidance = guidanceOr(inputs.guidance, stage);
    const { negative } = guidance;
    const unguided = async () => {
      // A network with a vector of its own for no caption does not read the encoding of "".
      if (negative === "" && (await host.models.inputs(params.pack, name)).includes("keep_text"))
        return conditioning(inputs.text, 0);
      const of = { pack: params.pack, text: stage.text };
      const { embedding } = await encodeWithNotices(negative, of, host, "negative caption");
      return conditioning(embedding, negative === "" ? 0 : 1);
    };
    const unconditional = guidance.scale === 1 ? undefined : await unguided();
    const chosen = chooseSampler(sampled, params);
    const show = await embeddingPreview(params.pack, length, host);
    const shown: ImageEmbeddingValue[] = [];
    const drawn = await inCompany(params.candidates, host, (draw, candidate) =>
      sampleStage(
        {
          stage: sampled,
          purpose: "prior",
          seed: params.seed,
          draw,
          ...chosen,
          length,
          predict: (x, { timestep }) => {
            const at = { timestep: row(Float32Array.of(timestep)) };
            const ask = (text: Tensors) => call(x, { ...at, ...text }, candidate);
            const scale = scaleAt(guidance, timestep, scheduler.trainTimesteps);
            return predictGuided(ask, { conditional, unconditional }, scale, length);
          },
          show: (x0) => {
            const embedding = raw(x0, stage.normalisation);
            shown[draw] = embedding;
            if (closest(Object.values(shown), inputs.text) === embedding) show(embedding);
          },
        },
        candidate,
      ),
    );
    return {
      embedding: closest(
        drawn.map((z) => raw(z, stage.normalisation)),
        inputs.text,
      ),
    };
  },
});

/** What the network is conditioned on: a caption, or, with `keep` 0, the vector of its own that a network may have for no caption. */
const conditioning = (caption: TextEmbeddingValue, keep: 0 | 1): Tensors => ({
  ...captionFeeds(caption),
  keep_text: row(Float32Array.of(keep)),
});

/** A network may work on standardised embeddings; the decoder and CLIP work on raw ones. */
function raw(x: Float32Array, normalisation: Prior["normalisation"]): ImageEmbeddingValue {
  if (!normalisation) return { embedding: x };
  const mean = Float32Array.from(normalisation.mean);
  const std = Float32Array.from(normalisation.std);
  return { embedding: x.map((value, i) => Math.fround(value * std[i]!) + mean[i]!) };
}

/** What is set in vain where the embedding is made in one call (ECLIPSE, Patel et al. 2024, section 3). */
function* unusedBy(scale: number | undefined, steps: number | null): Generator<string> {
  const why = "this pack's prior makes an embedding in one call";
  if (scale !== undefined && scale !== 1) yield `The guidance changes nothing: ${why}.`;
  if (steps !== null && steps !== 1) yield `"steps" changes nothing: ${why}.`;
}
