import { NodeError, p } from "@clipwork/engine";
import { loadedSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { decodePicture } from "./decode-picture.ts";
import { squareSize } from "./square-size.ts";

export const loadImage = defineNode({
  type: "image.load",
  version: 1,
  title: "Load image",
  summary: "Reads a picture file: PNG, JPEG, WebP, GIF (first frame) or TIFF. Transparent parts become white.",
  outputs: { image: t.image("The picture, upright.", loadedSize) },
  params: {
    file: p.file("The picture file."),
    size: squareSize,
  },
  async run(_, { file, size }, host) {
    const decoded = await decodePicture(await host.file(file), size);
    if ("image" in decoded) return decoded;
    throw new NodeError(`The file "${file}" cannot be used: ${decoded.reason}.`, decoded.remedy);
  },
});
