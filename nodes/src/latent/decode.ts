import { p } from "@clipwork/engine";
import { latent as latentKind } from "../kinds/latent.ts";
import { t } from "../kinds/t.ts";
import { decodeLatent } from "../stage/autoencoder.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";

export const decodeToPicture = defineNode({
  type: "latent.decode",
  version: 1,
  title: "Decode a latent",
  summary: "Turns a latent into the picture that the pack's autoencoder sees in it.",
  inputs: { latent: t.latent("A latent of the same autoencoder.", "latent-decoder") },
  outputs: { image: t.image("The picture.") },
  params: { pack: p.pack() },
  stages: ["latent-decoder"],
  async run({ latent }, { pack }, host) {
    host.preview("image", latent, latentKind);
    return { image: await decodeLatent(requireStage(host.pack(pack), "latent-decoder"), latent, pack, host) };
  },
});
