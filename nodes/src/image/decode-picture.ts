import type { Sharp } from "sharp";
import type { ImageValue } from "../kinds/image-value.ts";
import { fromRgb8 } from "../kinds/pixels.ts";
import { foreignKind } from "./foreign-kind.ts";
import type { PictureTrouble } from "./picture-trouble.ts";

/** Loaded when a picture is read: whoever only checks workflows does without it. */
export const loadSharp = async () => (await import("sharp")).default;

/** 100 megapixels: more is refused before it is decoded. */
const maxPixels = 100_000_000;
/** What is cut or whose numbers are wrong is refused. What makes a decoder wonder and every viewer shows is not, such as odd numbers in the scans of phones' JPEGs. */
export const failOn = "error";
/** No format that can name other files, such as SVG. */
const formats: readonly string[] = ["png", "jpeg", "webp", "gif", "tiff"];

const remedy = "Use a whole PNG, JPEG, WebP, GIF or TIFF file that opens in a picture viewer.";

/** Why these bytes are no picture that nodes read, or undefined. Decodes it all, so that a truncated file is found. */
export async function pictureTrouble(bytes: Uint8Array): Promise<PictureTrouble | undefined> {
  // As a node reads it, but for the memory: statistics pass over some damage.
  const read = await decode(bytes, (upright) => upright.resize(1, 1, { fit: "fill" }).raw().toBuffer());
  return "reason" in read ? read : undefined;
}

/** Width and height of a picture file as `decodePicture` reads it, upright, from its head alone; undefined if it is no such picture. */
export async function pictureSize(
  file: string | Uint8Array,
): Promise<{ readonly width: number; readonly height: number } | undefined> {
  const sharp = await loadSharp();
  const head = await sharp(file, { limitInputPixels: false, failOn })
    .metadata()
    .catch(() => undefined);
  return head && formats.includes(head.format) ? head.autoOrient : undefined;
}

/** A picture file as pixels: upright, transparency on white, cropped to a square of `size` if one is given. */
export async function decodePicture(
  bytes: Uint8Array,
  size: number | null,
): Promise<{ readonly image: ImageValue } | PictureTrouble> {
  return decode(bytes, async (upright) => {
    const opaque = upright.flatten({ background: "#ffffff" }).toColourspace("srgb");
    const sized = size === null ? opaque : opaque.resize(size, size, { fit: "cover" });
    const { data, info } = await sized.removeAlpha().raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
    return { image: fromRgb8({ width: info.width, height: info.height, data }) };
  });
}

/** A picture file as it is, upright: interleaved RGBA bytes, row-major. */
export async function decodePixels(
  bytes: Uint8Array,
): Promise<{ readonly width: number; readonly height: number; readonly data: Uint8Array } | PictureTrouble> {
  return decode(bytes, async (upright) => {
    const rgba = upright.toColourspace("srgb").ensureAlpha().raw({ depth: "uchar" });
    const { data, info } = await rgba.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  });
}

/** Reads a picture that was put upright, or says why the bytes are none. */
async function decode<T>(bytes: Uint8Array, read: (upright: Sharp) => Promise<T>): Promise<T | PictureTrouble> {
  try {
    const trouble = await headTrouble(bytes);
    if (trouble) return trouble;
    const sharp = await loadSharp();
    return await read(sharp(bytes, { limitInputPixels: maxPixels, failOn }).autoOrient());
  } catch (error) {
    return unreadable(error as Error);
  }
}

/** What the head of the file already tells: its kind and its size. */
async function headTrouble(bytes: Uint8Array): Promise<PictureTrouble | undefined> {
  const other = foreignKind(bytes);
  if (other) return other;
  const sharp = await loadSharp();
  const { format, width, height } = await sharp(bytes, { limitInputPixels: false, failOn }).metadata();
  if (!formats.includes(format)) return { reason: `it is of the kind ${format}, which is not read`, remedy };
  if (width * height <= maxPixels) return undefined;
  return { reason: `it is ${width} × ${height}, more than 100 megapixels`, remedy: "Make the picture smaller." };
}

function unreadable({ message }: Error): PictureTrouble {
  return {
    reason: `it is not a whole picture (${message
      .trim()
      .split("\n")[0]!
      .replace(/[.:\s]+$/, "")})`,
    remedy,
  };
}
