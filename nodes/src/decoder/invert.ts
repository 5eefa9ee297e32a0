import { NodeError, p } from "@clipwork/engine";
import { ddimInverse, inverted } from "../diffusion/ddim-inverse.ts";
import type { NoiseValue } from "../kinds/noise.ts";
import { paintedSize, sampleOfSame } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { sampleStage, samplingParams, stepsOfStage } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { conditionDecoder, decoderInputs, sizeOf } from "./condition-decoder.ts";

/** DDIM inversion adds no noise of its own. */
const noSeed = 0;

export const invert = defineNode({
  type: "decoder.invert",
  version: 1,
  title: "Invert",
  summary:
    "Finds the noise from which the decoder, given the same embedding and caption, paints a picture again: DDIM inversion.",
  inputs: {
    picture: t.image("The picture, as large as the decoder's.", paintedSize),
    ...decoderInputs,
  },
  outputs: {
    noise: t.noise(
      "The noise, for a decoder with guidance scale 1, the sampler ddim and as many steps as here.",
      sampleOfSame,
    ),
  },
  params: {
    pack: samplingParams.pack,
    steps: samplingParams.steps,
    corrections: p.integer(
      "How often each step is corrected by asking the decoder again; each time costs as much as the step itself.",
      { default: 1, min: 0, max: 20 },
    ),
  },
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition", "latent-encoder", "latent-decoder"],
  async run({ picture, image, text }, { pack, steps, corrections }, host) {
    const guidance = { scale: 1, negative: "" };
    const conditioning = { image, text, guidance };
    const { stage, canvas, predict } = await conditionDecoder(conditioning, pack, host, sizeOf(picture));
    if (stage.scheduler.prediction !== "epsilon") {
      throw new NodeError(
        `The decoder of the pack "${pack}" predicts ${stage.scheduler.prediction}, and only one that predicts epsilon is inverted.`,
        "Choose another pack.",
      );
    }
    const noise = (data: Float32Array): NoiseValue => ({ ...canvas.shape, data });
    const x = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: noSeed,
        steps: inverted(stepsOfStage(stage, steps)),
        sampler: ddimInverse(corrections),
        length: canvas.length,
        start: await canvas.sampleOf(picture),
        predict,
        show: (_, x) => host.preview("noise", noise(x)),
      },
      host,
    );
    return { noise: noise(x) };
  },
});
