import { fileURLToPath } from "node:url";
import { loadSharp } from "./decode-picture.ts";

/** Shades of grey: one number from -1, black, to 1, white, for each pixel. */
export type Shades = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** Letters that the font has: a system's font for others would make the picture depend on the machine. */
const letters = /^[\x20-\x7e\u2026\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]*$/u;

/** Whether the font that comes with Clipwork has all letters of a text, and it is one line. */
export function canDraw(text: string): boolean {
  return letters.test(text);
}

/** A line of text, black on white, in the font that comes with Clipwork, `size` pixels high by its font; cut off with "…" beyond `widest` pixels. */
export async function drawText(text: string, size: number, widest: number): Promise<Shades> {
  const whole = await draw(text, size);
  if (whole.width <= widest) return whole;
  const signs = Array.from(text);
  let fit = Math.min(signs.length - 1, Math.floor((signs.length * widest) / whole.width));
  for (; fit > 0; fit--) {
    const cut = await draw(`${signs.slice(0, fit).join("").trimEnd()}…`, size);
    if (cut.width <= widest) return cut;
  }
  return { width: 1, height: 1, data: Float32Array.of(1) };
}

async function draw(text: string, size: number): Promise<Shades> {
  const sharp = await loadSharp();
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const fontfile = fileURLToPath(import.meta.resolve("@expo-google-fonts/inter/500Medium/Inter_500Medium.ttf"));
  // A font of 12 points is as high as a sixth of the dots per inch.
  const written = {
    text: `<span foreground="black">${escaped}</span>`,
    font: "Inter Medium 12",
    fontfile,
    rgba: true,
    dpi: 6 * size,
  };
  const { data, info } = await sharp({ text: written })
    .flatten({ background: "#ffffff" })
    .toColourspace("b-w")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: Float32Array.from(data, (byte) => (byte / 255) * 2 - 1) };
}

/** The same, turned a quarter to the left: it reads from below to above. */
export function turned({ width, height, data }: Shades): Shades {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      turned[(width - 1 - column) * height + row] = data[row * width + column]!;
  return { width: height, height: width, data: turned };
}
