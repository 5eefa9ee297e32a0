import { p } from "@clipwork/engine";
import { image as imageKind } from "../kinds/image.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { output, requireStage, row } from "../stage/stage.ts";
import { seePicture, standardise } from "./see-picture.ts";

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
    const { name, stage } = requireStage(host.pack(pack), "clip-image");
    // The manifest's reader refuses an image encoder whose space does not say how it wants its pictures.
    const sight = host.pack(pack).manifest.spaces[stage.space]!.image!;
    const seen = seePicture(image, sight);
    host.preview("embedding", seen, imageKind);
    const feeds = { image: row(standardise(seen, sight), 3, sight.size, sight.size) };
    const outputs = await host.models.run({ pack, stage: name, feeds, signal: host.signal });
    return { embedding: { embedding: output(outputs, "embedding") } };
  },
});
