import { optional, p } from "@clipwork/engine";
import { addNoise } from "../diffusion/forward.ts";
import { gaussian } from "../diffusion/philox.ts";
import { alphaBarAt, scheduleOf } from "../diffusion/schedule.ts";
import { paintedSize, sampleOfSame } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { chooseSampler, pictureParams, sampleStage, startOf } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { conditionDecoder, decoderInputs, guidanceInput, sizeOf } from "./condition-decoder.ts";

/** Begins at a noised picture instead of pure noise (SDEdit: Meng et al. 2022, algorithm 1). */
export const vary = defineNode({
  type: "decoder.vary",
  version: 1,
  title: "Vary",
  summary: "Repaints a picture from a noised version of itself, which keeps its layout and colours.",
  inputs: {
    picture: t.image("The picture, as large as the decoder's.", paintedSize),
    ...decoderInputs,
    guidance: guidanceInput,
    noise: optional(t.noise("The noise that is added; if not linked, the seed draws it.", sampleOfSame)),
  },
  outputs: { image: t.image("The new picture.", paintedSize) },
  params: {
    ...pictureParams,
    strength: p.number(
      "The share of the steps that is taken: 0 leaves the picture as it is, 1 keeps hardly anything of it.",
      {
        default: 0.6,
        min: 0,
        max: 1,
      },
    ),
  },
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition", "latent-encoder", "latent-decoder"],
  async run({ picture, ...inputs }, params, host) {
    const { stage, canvas, predict } = await conditionDecoder(inputs, params.pack, host, sizeOf(picture));
    const { sampler, steps: all } = chooseSampler(stage, params);
    const steps = all
      .slice(all.length - Math.round(params.strength * all.length))
      .map((step, i) => ({ ...step, index: i + 1 }));
    const [first] = steps;
    if (!first) {
      if (params.strength > 0)
        host.notice(
          `"strength" is ${params.strength}: of ${all.length} steps that is none, so the picture stays as it is.`,
        );
      return { image: picture };
    }
    const noise = startOf(inputs.noise, canvas.shape) ?? gaussian(params.seed, "decoder", 0, canvas.length);
    const to = alphaBarAt(scheduleOf(stage.scheduler), first.timestep);
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        steps,
        sampler,
        length: canvas.length,
        start: addNoise(await canvas.sampleOf(picture), noise, { from: 1, to }),
        predict,
        show: (x0) => host.preview("image", ...canvas.sketch(x0)),
      },
      host,
    );
    const { image } = await canvas.finish(x0);
    return { image };
  },
});
