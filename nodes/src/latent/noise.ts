import { p } from "@clipwork/engine";
import { gaussian } from "../diffusion/philox.ts";
import { askedSample } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { factorOf, shapeOf, sizeParams } from "../stage/sample-shape.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

export const drawnNoise = defineNode({
  type: "latent.noise",
  version: 1,
  title: "Noise",
  summary: "Draws the noise that a decoder starts from: the same noise that the decoder draws for the same seed.",
  outputs: { noise: t.noise("The noise, to be shared by decoders or blended.", askedSample) },
  params: { pack: p.pack(), seed: p.seed(), ...sizeParams },
  stages: ["decoder"],
  run(_, { pack, seed, width, height }, host) {
    const { stage } = requireStage(host.pack(pack), "decoder");
    const shape = shapeOf(stage, factorOf(stage, host.pack(pack).manifest), { width, height });
    const data = gaussian(seed, "decoder", 0, shape.channels * shape.height * shape.width);
    return { noise: { ...shape, data } };
  },
});
