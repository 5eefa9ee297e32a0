import { NodeError, optional, p } from "@clipwork/engine";
import { sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { decodePixels } from "./decode-picture.ts";
import { type Grey8, lumaOf, maskOf, maskParams } from "./mask-of.ts";

/**
 * Reads what was painted: a PNG whose white is repainted, with black or nothing (transparency) where it is kept. With `from` "alpha" it reads
 * pictures whose part to be repainted was erased.
 */
export const loadMask = defineNode({
  type: "image.load-mask",
  version: 1,
  title: "Load mask",
  summary: "Reads a mask from a picture file: white is repainted, black and transparent parts are kept.",
  inputs: { image: optional(t.image("The picture that the mask is for: the mask is scaled to its size.", sameSize)) },
  outputs: { mask: t.mask("The mask, upright.", sameSize) },
  params: {
    file: p.file("The picture file, such as a painted PNG.", { paint: true }),
    from: p.choice(
      "What is repainted: what is bright (luminance), or what is transparent (alpha).",
      ["luminance", "alpha"],
      "luminance",
    ),
    ...maskParams,
  },
  async run({ image }, { file, from, ...options }, host) {
    const decoded = await decodePixels(await host.file(file));
    if ("reason" in decoded)
      throw new NodeError(`The file "${file}" cannot be used as a mask: ${decoded.reason}.`, decoded.remedy);
    const { width, height, data } = decoded;
    const grey = from === "alpha" ? erased(data) : painted(data);
    return { mask: await maskOf({ width, height, data: grey }, options, image) };
  },
});

/** The luma of RGBA bytes, on black where they are transparent. */
function painted(pixels: Uint8Array): Grey8["data"] {
  return lumaOf(pixels, 4).map((luma, i) => Math.round((luma * pixels[4 * i + 3]!) / 255));
}

/** 255 where RGBA bytes are transparent. */
function erased(pixels: Uint8Array): Grey8["data"] {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => 255 - pixels[4 * i + 3]!);
}
