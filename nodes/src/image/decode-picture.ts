import type { ImageValue } from "@clipwork/engine";
import sharp from "sharp";
import { fromRgb8 } from "./pixels.ts";

/** 100 megapixels: more is refused before it is decoded. */
const maxPixels = 100_000_000;
/** No format that can name other files, such as SVG. */
const formats: readonly string[] = ["png", "jpeg", "webp", "gif", "tiff"];

/** A picture file as pixels: upright, transparency on white, cropped to a square of `size` if one is given. */
export async function decodePicture(
  bytes: Uint8Array,
  size: number | null,
): Promise<{ image: ImageValue } | { reason: string; remedy: string }> {
  const remedy = "Give a whole PNG, JPEG, WebP, GIF or TIFF file.";
  try {
    const input = sharp(bytes, { limitInputPixels: false, failOn: "warning" });
    const { format, width, height } = await input.metadata();
    if (!formats.includes(format)) return { reason: `files of kind ${format} are not read`, remedy };
    if (width * height > maxPixels) {
      const reason = `it is ${width} × ${height}, more than 100 megapixels`;
      return { reason, remedy: "Make the picture smaller." };
    }
    const upright = sharp(bytes, { limitInputPixels: maxPixels, failOn: "warning" })
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb");
    const sized = size === null ? upright : upright.resize(size, size, { fit: "cover" });
    const { data, info } = await sized.removeAlpha().raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return { image: fromRgb8({ width: info.width, height: info.height, data }) };
  } catch (error) {
    return { reason: (error as Error).message.split("\n")[0]!.replace(/\.$/, ""), remedy };
  }
}
