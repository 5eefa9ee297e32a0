import type { PictureTrouble } from "./picture-trouble.ts";

/** What a file is by its first bytes, "?" for any byte, of the kinds that people take for pictures and that are not read. */
const foreign: readonly (readonly [kind: string, begins: string])[] = [
  ...["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map(
    (brand) => ["HEIC picture", `????ftyp${brand}`] as const,
  ),
  ...["avif", "avis"].map((brand) => ["AVIF picture", `????ftyp${brand}`] as const),
  ["JPEG XL picture", "\xff\x0a"],
  ["JPEG XL picture", "\0\0\0\x0cJXL "],
  ["JPEG 2000 picture", "\0\0\0\x0cjP  "],
  ["BMP picture", "BM"],
  ["icon", "\0\0\x01\0"],
  ["Photoshop file", "8BPS"],
  ["PDF", "%PDF"],
  ["film", "????ftyp"],
];

const save = "Save it as PNG, JPEG, WebP, GIF or TIFF with a picture viewer or editor.";
const phone = "Save it as JPEG; an iPhone takes JPEGs after Settings › Camera › Formats › Most Compatible.";

/** Why a file is no picture that is read, if its first bytes say what else it is; undefined if they do not. */
export function foreignKind(bytes: Uint8Array): PictureTrouble | undefined {
  if (bytes.length === 0) return { reason: "it has no bytes", remedy: "Copy or download it again." };
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString("latin1");
  if (/^\s*<(!doctype html|html)\b/i.test(start))
    return {
      reason: "it is a web page, not a picture",
      remedy: "Download the picture itself, not the page that shows it.",
    };
  const found = foreign.find(([, begins]) => [...begins].every((one, i) => one === "?" || one === start[i]));
  if (!found) return undefined;
  const [kind] = found;
  return {
    reason: `it is ${/^[Ai]/.test(kind) ? "an" : "a"} ${kind}, which is not read`,
    remedy: kind === "HEIC picture" ? phone : save,
  };
}
