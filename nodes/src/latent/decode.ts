import { addedLater, p } from "@clipwork/engine";
import { latent as latentKind } from "../kinds/latent.ts";
import { decodedSize, sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { decodeLatent } from "../stage/autoencoder.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { tileParams, tilesOf } from "../stage/tile-params.ts";

const { tileSize, tileOverlap } = tileParams("decodes up to 1024 × 1024 pixels in one piece, and more in tiles of 768");

export const decodeToPicture = defineNode({
  type: "latent.decode",
  version: 1,
  title: "Decode a latent",
  summary: "Turns a latent into the picture that the pack's autoencoder sees in it.",
  inputs: { latent: t.latent("A latent of the same autoencoder.", "latent-decoder", sameSize) },
  outputs: { image: t.image("The picture.", decodedSize) },
  params: { pack: p.pack(), tileSize: addedLater(tileSize), tileOverlap: addedLater(tileOverlap) },
  stages: ["latent-decoder"],
  async run({ latent }, { pack, ...params }, host) {
    host.preview("image", latent, latentKind);
    const decoder = requireStage(host.pack(pack), "latent-decoder");
    const tiles = params.tileSize === null ? undefined : tilesOf(params, params.tileSize);
    return { image: await decodeLatent(decoder, latent, pack, host, tiles) };
  },
});
