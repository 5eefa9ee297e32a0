import { p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { encodeLatent } from "../stage/autoencoder.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

export const encodePicture = defineNode({
  type: "latent.encode",
  version: 1,
  title: "Encode to a latent",
  summary: "Turns a picture into a latent of the pack's autoencoder, several times smaller along each side.",
  inputs: { image: t.image("The picture; its sides are multiples of the autoencoder's factor, often 8.") },
  outputs: { latent: t.latent("The picture as a latent.", "latent-encoder") },
  params: { pack: p.pack() },
  stages: ["latent-encoder"],
  run: async ({ image }, { pack }, host) => ({
    latent: await encodeLatent(requireStage(host.pack(pack), "latent-encoder"), image, pack, host),
  }),
});
