import { p } from "@clipwork/engine";
import { gaussian } from "../diffusion/philox.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage, sideOf } from "../stage/stage.ts";

export const drawnNoise = defineNode({
  type: "latent.noise",
  version: 1,
  title: "Noise",
  summary: "Draws the noise that a decoder starts from: the same noise that the decoder draws for the same seed.",
  outputs: { noise: t.noise("The noise, to be shared by decoders or blended.", "decoder.size") },
  params: { pack: p.pack(), seed: p.seed() },
  stages: ["decoder"],
  run(_, { pack, seed }, host) {
    const { name, stage } = requireStage(host.pack(pack), "decoder");
    const side = sideOf(name, stage);
    const { channels } = stage.sample;
    const data = gaussian(seed, "decoder", 0, channels * side * side);
    return { noise: { channels, height: side, width: side, data } };
  },
});
