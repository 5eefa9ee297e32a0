import { NodeError, p } from "@clipwork/engine";
import { ddim } from "../diffusion/ddim.ts";
import { gaussian } from "../diffusion/philox.ts";
import { repaint, repaintSteps } from "../diffusion/repaint.ts";
import { stepUnclip } from "../diffusion/unclip-sampler.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import type { MaskValue } from "../kinds/mask.ts";
import { paintedSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { forgetfulParams, sampleStage, stepsOfStage } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { conditionDecoder, decoderInputs, guidanceInput, sizeOf } from "./condition-decoder.ts";

/** Draws of the noise beside the sampler's own, which is draw 0. */
const draws = { known: 1, between: 2 } as const;

/** Paints where the mask is above 0, each step held to the rest of the picture (RePaint: Lugmayr et al. 2022, algorithm 1). */
export const inpaint = defineNode({
  type: "decoder.inpaint",
  version: 1,
  title: "Inpaint",
  summary: "Paints the masked part of a picture anew so that it fits the rest, which stays as it is.",
  inputs: {
    picture: t.image("The picture, as large as the decoder's.", paintedSize),
    mask: t.mask("What to repaint: 1 repaints, 0 keeps, what lies between mixes both.", paintedSize),
    ...decoderInputs,
    guidance: guidanceInput,
  },
  outputs: { image: t.image("The picture with the masked part painted anew.", paintedSize) },
  params: {
    ...forgetfulParams,
    resample: p.integer(
      "How many times each step is taken: more blends the new part better into the rest, and takes longer.",
      {
        default: 4,
        min: 1,
        max: 50,
      },
    ),
    jump: p.integer("How many steps are taken before noise takes the picture back by as many, to take them again.", {
      default: 5,
      min: 1,
      max: 1000,
    }),
  },
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition", "latent-encoder", "latent-decoder"],
  async run({ picture, mask, ...inputs }, params, host) {
    const { stage, canvas, predict } = await conditionDecoder(inputs, params.pack, host, sizeOf(picture));
    requireSameSize(picture, mask);
    if (mask.data.every((share) => share === 0)) {
      host.notice("The mask is 0 everywhere, so the picture stays as it is.");
      return { image: picture };
    }
    const painted = canvas.painted(mask);
    const steps = repaintSteps(stepsOfStage(stage, params.steps), params.resample, params.jump);
    const sampler = repaint(params.sampler === "ddim" ? ddim(params.eta) : stepUnclip, steps, {
      sample: await canvas.sampleOf(picture),
      isPainted: (i) => painted[i % painted.length] === 1,
      noise: (step, what) => gaussian(params.seed, "decoder", step, canvas.length, draws[what]),
    });
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        steps,
        sampler,
        length: canvas.length,
        predict,
        show: (x0) => {
          const [sketch, kind] = canvas.sketch(x0);
          const whole = stage.latent === undefined ? mixed(picture, sketch as ImageValue, mask) : sketch;
          host.preview("image", whole, kind);
        },
      },
      host,
    );
    const { image } = await canvas.finish(x0);
    return { image: mixed(picture, image, mask) };
  },
});

function requireSameSize(picture: ImageValue, mask: MaskValue): void {
  if (mask.width === picture.width && mask.height === picture.height) return;
  throw new NodeError(
    `The mask is ${mask.width} × ${mask.height}, but this decoder paints ${picture.width} × ${picture.height}.`,
    "Give it a mask of that size; the nodes that make masks can take it from the picture.",
  );
}

/** The picture where the mask is 0, bit for bit; what was painted where it is 1; in between a mean weighted by it. */
function mixed(picture: ImageValue, painted: ImageValue, { data: shares }: MaskValue): ImageValue {
  const data = painted.data.map((value, i) => {
    const share = shares[i % shares.length]!;
    return share === 0 ? picture.data[i]! : share * value + (1 - share) * picture.data[i]!;
  });
  return { ...painted, data };
}
