import { fileURLToPath } from "node:url";
import { NodeError, p } from "@clipwork/engine";
import type { ImageValue } from "../kinds/image-value.ts";
import { sameSize } from "../kinds/size.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";
import { loadSharp } from "./decode-picture.ts";

/** Letters that the font has: a system's font for others would make the picture depend on the machine. */
const letters = /^[\x20-\x7e\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]+$/u;
/** Dots per inch at which letters of 12 points are drawn before they are scaled down, and pixels of white around them. */
const drawn = { dpi: 1200, margin: 48 } as const;
const share = (summary: string, value: number, min = 0) => p.number(summary, { default: value, min, max: 1 });

export const pasteLabel = defineNode({
  type: "image.paste-label",
  version: 1,
  title: "Paste a label",
  summary: "Pastes a white board with a word on a picture, as in a typographic attack on CLIP.",
  inputs: { image: t.image("The picture.", sameSize) },
  outputs: { image: t.image("The picture with the board, of the same size.", sameSize) },
  params: {
    text: p.text("The word; without one the picture stays as it is.", { maxLength: 40 }),
    x: share("Where the middle of the board lies across: 0 is the left edge, 1 the right one.", 0.5),
    y: share("Where the middle of the board lies down: 0 is the upper edge, 1 the lower one.", 0.5),
    width: share(
      "How wide the board is, as a share of the picture's width; it is never higher than half the picture.",
      0.6,
      0.05,
    ),
  },
  async run({ image }, { text, x, y, width }) {
    const word = text.trim();
    if (word === "") return { image };
    if (!letters.test(word))
      throw new NodeError(
        `The font that comes with Clipwork has not all letters of "${word}".`,
        "Write it in Latin, Greek or Cyrillic letters, on one line.",
      );
    const board = await drawBoard(word, width * image.width, image.height / 2);
    return { image: paste(image, board, { left: x * image.width, top: y * image.height }) };
  },
});

/** One number from -1, black, to 1, white, for each pixel. */
type Board = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** Black letters on white, as wide as asked for unless it would be higher than `highest`, in pixels. */
async function drawBoard(word: string, width: number, highest: number): Promise<Board> {
  const sharp = await loadSharp();
  const escaped = word.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const fontfile = fileURLToPath(import.meta.resolve("@expo-google-fonts/inter/700Bold/Inter_700Bold.ttf"));
  const written = { text: `<span foreground="black">${escaped}</span>`, font: "Inter Bold", fontfile, rgba: true };
  const margins = { top: drawn.margin, bottom: drawn.margin, left: drawn.margin, right: drawn.margin };
  const { data, info } = await sharp({ text: { ...written, dpi: drawn.dpi } })
    .flatten({ background: "#ffffff" })
    .extend({ ...margins, background: "#ffffff" })
    .png()
    .toBuffer({ resolveWithObject: true });
  const scale = Math.min(width / info.width, highest / info.height);
  const side = (length: number) => Math.max(1, Math.round(scale * length));
  const grey = await sharp(data)
    .resize(side(info.width), side(info.height), { fit: "fill" })
    .toColourspace("b-w")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const shades = Float32Array.from(grey.data, (byte) => (byte / 255) * 2 - 1);
  return { width: grey.info.width, height: grey.info.height, data: shades };
}

/** The picture with the board over it, its middle at a place in pixels; what would stand outside is cut off. */
function paste(image: ImageValue, board: Board, middle: { readonly left: number; readonly top: number }): ImageValue {
  const data = image.data.slice();
  const [left, top] = [Math.round(middle.left - board.width / 2), Math.round(middle.top - board.height / 2)];
  for (let row = 0; row < board.height; row++)
    for (let column = 0; column < board.width; column++) {
      const [x, y] = [left + column, top + row];
      if (x < 0 || y < 0 || x >= image.width || y >= image.height) continue;
      for (let channel = 0; channel < 3; channel++)
        data[(channel * image.height + y) * image.width + x] = board.data[row * board.width + column]!;
    }
  return { width: image.width, height: image.height, data };
}
