import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { AnyPlan, Failure } from "@clipwork/engine";
import sharp from "sharp";
import { placeFile } from "../files/place-file.ts";
import type { OutputPicture } from "../worker/worker-protocol.ts";
import { outputName } from "./make-picture.ts";
import { hashPixels } from "./picture-run.ts";

/** One file that a run gave. */
export type PlacedFile = {
  readonly node: string;
  readonly port: string;
  readonly item: number;
  readonly file: string;
  /** SHA-256 of the raw 8-bit RGB: equal for equal pictures, whatever file holds them. */
  readonly pixels: string;
};

const tryAgain = "Make room, or name another folder, and run it again: what is kept is not computed anew.";

/**
 * Writes the pictures of one run to a folder as they come. A file of other pixels is never replaced: the new one gets a numbered
 * name beside it. Where the system refuses to write one, that is among the failures, and the others are written.
 */
export class PicturePlacer {
  readonly #folder: string;
  /** Each node's place in the plan. */
  readonly #places: ReadonlyMap<string, number>;
  /** The first node that uses a name. */
  readonly #owners = new Map<string, string>();
  readonly #later: OutputPicture[] = [];
  readonly #taken = new Set<string>();
  readonly #placed: PlacedFile[] = [];
  readonly #failures: Required<Failure>[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(plan: AnyPlan, folder: string) {
    this.#folder = folder;
    this.#places = new Map(plan.nodes.map(({ id }, place) => [id, place]));
    for (const node of plan.nodes) {
      const name = folded(outputName(node));
      if (node.wanted && !this.#owners.has(name)) this.#owners.set(name, node.id);
    }
  }

  /**
   * Has a picture placed. Of nodes that share a name those after the first wait for the end: which of them gets a number must
   * not depend on which is done first.
   */
  add(picture: OutputPicture): void {
    if (this.#owners.get(folded(picture.name)) === picture.node) this.#place(picture);
    else this.#later.push(picture);
  }

  /** To be called after the last picture, also when the run broke off. Resolves when all files are written, in the plan's order. */
  async finish(): Promise<{ readonly placed: readonly PlacedFile[]; readonly failures: readonly Required<Failure>[] }> {
    for (const picture of this.#sorted(this.#later.splice(0))) this.#place(picture);
    await this.#work;
    return { placed: this.#sorted(this.#placed), failures: this.#sorted(this.#failures) };
  }

  /** One after the other, so that no two take one name. */
  #place(picture: OutputPicture): void {
    const placing = this.#work.then(() => this.#write(picture));
    this.#work = placing;
    // `finish` throws it.
    placing.catch(() => {});
  }

  async #write({ node, port, item, items, name: base, pixels, bytes }: OutputPicture): Promise<void> {
    const name = items > 1 ? `${base}-${item}` : base;
    try {
      await mkdir(this.#folder, { recursive: true });
      const file = await placeFile(join(this.#folder, name), ".png", bytes, async (path) => {
        return !this.#taken.has(path) && (await pixelsOf(path)) === pixels;
      });
      this.#taken.add(file);
      this.#placed.push({ node, port, item, file, pixels });
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      const message = `${name}.png could not be written to ${this.#folder}: ${code}.`;
      this.#failures.push({ node, item, message, remedy: tryAgain });
    }
  }

  #sorted<T extends { readonly node: string; readonly item: number }>(things: readonly T[]): readonly T[] {
    const place = ({ node }: T) => this.#places.get(node)!;
    return things.toSorted((a, b) => place(a) - place(b) || a.item - b.item);
  }
}

/** Some systems tell names apart by their letters alone, not by their case. */
function folded(name: string): string {
  return name.toLowerCase();
}

/** The hash of an existing file's pixels, or undefined where it is no picture of our kind. */
async function pixelsOf(path: string): Promise<string | undefined> {
  try {
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? hashPixels(data) : undefined;
  } catch {
    return undefined;
  }
}
