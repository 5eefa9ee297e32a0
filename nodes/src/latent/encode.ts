import { addedLater, p } from "@clipwork/engine";
import { encodedSize, sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { encodeLatent } from "../stage/autoencoder.ts";
import { defineNode } from "../stage/services.ts";
import { requireStage } from "../stage/stage.ts";
import { tileParams, tilesOf } from "../stage/tile-params.ts";

const { tileSize, tileOverlap } = tileParams("encodes up to 1024 × 1024 pixels in one piece, and more in tiles of 768");

export const encodePicture = defineNode({
  type: "latent.encode",
  version: 1,
  title: "Encode to a latent",
  summary: "Turns a picture into a latent of the pack's autoencoder, several times smaller along each side.",
  inputs: { image: t.image("The picture; its sides are multiples of the autoencoder's factor, often 8.", sameSize) },
  outputs: { latent: t.latent("The picture as a latent.", "latent-encoder", encodedSize) },
  params: { pack: p.pack(), tileSize: addedLater(tileSize), tileOverlap: addedLater(tileOverlap) },
  stages: ["latent-encoder"],
  async run({ image }, { pack, ...params }, host) {
    const encoder = requireStage(host.pack(pack), "latent-encoder");
    const tiles = params.tileSize === null ? undefined : tilesOf(params, params.tileSize);
    return { latent: await encodeLatent(encoder, image, pack, host, tiles) };
  },
});
