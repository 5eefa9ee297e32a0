import { isPng } from "../files/png.ts";

/** A picture as a report shows it. */
export type ReportPicture = {
  readonly src: string;
  readonly width: number;
  readonly height: number;
  /** Whether it is a smaller copy: the file itself was too large. */
  readonly smaller: boolean;
};

/** Bytes of a picture that goes in as it is, with the workflow that it carries. */
const mostOfOne = 4 * 2 ** 20;
/** Pixels a side of a copy. */
const copySide = 1024;

/** The pictures of one report, which all together have a bound: a report can be sent by mail. */
export class ReportPictures {
  #left: number;

  /** `most`: bytes of all pictures together. */
  constructor(most: number = 24 * 2 ** 20) {
    this.#left = most;
  }

  /** A PNG as part of a page; undefined if it is none, or if there is no room left. */
  async take(bytes: Uint8Array): Promise<ReportPicture | undefined> {
    if (!isPng(bytes)) return undefined;
    const whole = bytes.length <= Math.min(mostOfOne, this.#left);
    // Loaded with the first report: a server that nobody asks for one does without its 10 MB.
    const { default: sharp } = await import("sharp");
    const image = sharp(bytes);
    const { width, height } = await image.metadata();
    const shown = whole
      ? bytes
      : await image.resize(copySide, copySide, { fit: "inside", withoutEnlargement: true }).webp().toBuffer();
    if (shown.length > this.#left) return undefined;
    this.#left -= shown.length;
    const src = `data:image/${whole ? "png" : "webp"};base64,${Buffer.from(shown).toString("base64")}`;
    return { src, width, height, smaller: !whole };
  }
}
