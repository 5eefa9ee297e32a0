import { toRgb8 } from "../kinds/pixels.ts";
import { croppedSize, sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { lumaOf, maskOf, maskParams } from "./mask-of.ts";
import { squareSize } from "./square-size.ts";

export const maskOfImage = defineNode({
  type: "image.mask",
  version: 1,
  title: "Mask from picture",
  summary: "Makes a mask from a picture's brightness: white is repainted, black is kept, grey mixes both.",
  inputs: { image: t.image("The picture.", sameSize) },
  outputs: { mask: t.mask("The mask.", croppedSize) },
  params: {
    size: squareSize,
    ...maskParams,
  },
  async run({ image }, { size, ...options }) {
    const { width, height, data } = toRgb8(image);
    const square = size === null ? undefined : { width: size, height: size };
    return { mask: await maskOf({ width, height, data: lumaOf(data, 3) }, options, square) };
  },
});
