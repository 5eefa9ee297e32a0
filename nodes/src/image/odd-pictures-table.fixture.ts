// The table of docs/odd-pictures.md: what becomes of each odd picture.
import sharp from "sharp";
import { toRgb8 } from "../kinds/pixels.ts";
import { decodePicture } from "./decode-picture.ts";

/** A row of the table as it is written: the file, what is odd about it, and what Clipwork, Chromium and sharp's defaults do with it. */
export type Row = {
  readonly file: string;
  readonly what: string;
  readonly clipwork: string;
  readonly chromium: string;
  readonly sharp: string;
};

const hex = (values: Iterable<number>) => [...values].map((value) => value.toString(16).padStart(2, "0")).join("");

/** A picture that was read: its size, and the colour of the second pixel of its second row, opaque on white. */
export const readCell = (width: number, height: number, colour: Iterable<number>) =>
  `${width} × ${height}, \`#${hex(colour)}\``;

/** What Clipwork makes of the bytes. */
export async function clipworkCell(bytes: Uint8Array): Promise<string> {
  const read = await decodePicture(bytes, null);
  if ("reason" in read) return `no: ${read.reason}`;
  const { width, height, data } = toRgb8(read.image);
  const at = 3 * (width + 1);
  return readCell(width, height, data.subarray(at, at + 3));
}

/** What sharp makes of them if nothing is asked of it: no turning, failing at all that it warns of. */
export async function sharpCell(bytes: Uint8Array): Promise<string> {
  try {
    const { info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    return `${info.width} × ${info.height}`;
  } catch {
    return "no";
  }
}

/** The rows that the page has. */
export function readTable(page: string): Row[] {
  return [...page.matchAll(/^\| `([^`]+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm)].map(
    ([, file, what, clipwork, chromium, sharp]) => ({
      file: file!,
      what: what!,
      clipwork: clipwork!,
      chromium: chromium!,
      sharp: sharp!,
    }),
  );
}

export const writeRow = ({ file, what, clipwork, chromium, sharp }: Row) =>
  `| \`${file}\` | ${what} | ${clipwork} | ${chromium} | ${sharp} |`;
