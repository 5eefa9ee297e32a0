import { optional } from "@clipwork/engine";
import { clampImage } from "../kinds/pixels.ts";
import { t } from "../kinds/t.ts";
import { chooseSampler, pictureParams, sampleStage, startOf } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { conditionDecoder, decoderInputs, guidanceInput } from "./condition-decoder.ts";

export const decoder = defineNode({
  type: "decoder.sample",
  version: 1,
  title: "Decoder",
  summary: "Paints a small picture from a CLIP image embedding and, if there is one, its caption.",
  inputs: {
    ...decoderInputs,
    guidance: guidanceInput,
    noise: optional(t.noise("The noise to start from; if not linked, the seed draws it.", "decoder.size")),
  },
  outputs: { image: t.image("The picture.", "decoder.size") },
  params: pictureParams,
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition"],
  async run(inputs, params, host) {
    const { stage, side, length, predict } = await conditionDecoder(inputs, params.pack, host);
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        ...chooseSampler(stage, params),
        length,
        start: startOf(inputs.noise, 3, side),
        predict,
        show: (data) => host.preview("image", { width: side, height: side, data }),
      },
      host,
    );
    return { image: clampImage(side, side, x0) };
  },
});
