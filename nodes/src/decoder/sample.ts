import { optional, whenPack } from "@clipwork/engine";
import type { NoiseValue } from "../kinds/noise.ts";
import { askedLatent, askedSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { type AskedSize, factorOf, sizeParams } from "../stage/sample-shape.ts";
import { chooseSampler, packSampler, pictureParams, sampleStage, startOf } from "../stage/sample-stage.ts";
import { defineNode } from "../stage/services.ts";
import { type Host, requireStage } from "../stage/stage.ts";
import { conditionDecoder, decoderInputs, guidanceInput } from "./condition-decoder.ts";

export const decoder = defineNode({
  type: "decoder.sample",
  version: 2,
  title: "Decoder",
  summary: "Paints a small picture from a CLIP image embedding and, if there is one, its caption.",
  inputs: {
    ...decoderInputs,
    guidance: guidanceInput,
    noise: optional(t.noise("The noise to start from; if not linked, the seed draws it.", "decoder.size")),
    negativeImage: optional(
      t.imageEmbedding("What to steer away from; if not linked, what the pack has for no image.", "decoder"),
    ),
  },
  outputs: {
    image: t.image("The picture.", askedSize),
    latent: whenPack(
      "decoder.latent",
      t.latent("The picture as the decoder painted it: a latent of the pack's autoencoder.", "decoder", askedLatent),
    ),
  },
  params: { ...pictureParams, ...sizeParams },
  stages: ["decoder"],
  optionalStages: ["clip-text", "decoder-condition", "latent-decoder"],
  migrations: [packSampler],
  async run(inputs, params, host) {
    const asked = sizeAsked(inputs.noise, params, host);
    const { stage, canvas, predict } = await conditionDecoder(inputs, params.pack, host, { asked });
    const x0 = await sampleStage(
      {
        stage,
        purpose: "decoder",
        seed: params.seed,
        ...chooseSampler(stage, params),
        length: canvas.length,
        start: startOf(inputs.noise, canvas.shape),
        predict,
        show: (x0) => host.preview("image", ...canvas.sketch(x0)),
      },
      host,
    );
    return canvas.finish(x0);
  },
});

/** The size asked for: that of linked noise, where parameters name no other and the decoder paints several. */
function sizeAsked(
  noise: NoiseValue | undefined,
  { pack, width, height }: AskedSize & { readonly pack: string },
  host: Pick<Host, "pack">,
): AskedSize {
  const { stage } = requireStage(host.pack(pack), "decoder");
  if (!noise || typeof stage.sample.size === "number") return { width, height };
  const factor = factorOf(stage, host.pack(pack).manifest);
  return { width: width ?? noise.width * factor, height: height ?? noise.height * factor };
}
