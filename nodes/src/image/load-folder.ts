import { list, NodeError, p } from "@clipwork/engine";
import type { ImageValue } from "../kinds/image-value.ts";
import { croppedSquare } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { decodePicture } from "./decode-picture.ts";
import { squareSize } from "./square-size.ts";

/** Of all pictures together, as float32: 1 GiB. */
const maxPixels = 2 ** 30 / 12;

export const loadFolder = defineNode({
  type: "image.load-folder",
  version: 1,
  title: "Load a folder of images",
  summary:
    "Reads all picture files in a folder, such as a reference set or pictures to measure; on the command line only.",
  outputs: {
    images: list(t.image("The pictures, upright, in the order of their names.", croppedSquare)),
    names: list(t.text("The names of their files.")),
  },
  params: {
    folder: p.file("The folder with the picture files.", { folder: true }),
    size: squareSize,
  },
  async run(_, { folder, size }, host) {
    const files = host.folder(folder);
    const images: ImageValue[] = [];
    let pixels = 0;
    for (const [i, file] of files.entries()) {
      host.signal.throwIfAborted();
      const decoded = await decodePicture(await file.read(), size);
      if (!("image" in decoded))
        throw new NodeError(`"${file.name}" in "${folder}" cannot be used: ${decoded.reason}.`, decoded.remedy);
      pixels += decoded.image.width * decoded.image.height;
      if (pixels > maxPixels)
        throw new NodeError(
          `The pictures in "${folder}" have more than ${Math.floor(maxPixels / 1e6)} megapixels together.`,
          'Set "size", or give fewer or smaller pictures.',
        );
      images.push(decoded.image);
      host.progress(i + 1, files.length);
    }
    return { images, names: files.map(({ name }) => name) };
  },
});
