import { p } from "@clipwork/engine";
import { image as imageKind } from "../kinds/image.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { sightOf } from "./encode-picture.ts";

export const encodeImage = defineNode({
  type: "clip.encode-image",
  version: 1,
  title: "CLIP encode image",
  summary: "Turns a picture of any size into a CLIP image embedding.",
  inputs: { image: t.image("The picture; its middle is what CLIP sees.") },
  outputs: { embedding: t.imageEmbedding("The picture as the pack's CLIP sees it.", "clip-image") },
  params: { pack: p.pack() },
  stages: ["clip-image"],
  async run({ image }, { pack }, host) {
    const { seen, encode } = sightOf(image, pack, host);
    host.preview("embedding", seen, imageKind);
    return { embedding: { embedding: await encode() } };
  },
});
