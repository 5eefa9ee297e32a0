import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AnyPlan, Failure } from "@clipwork/engine";
import { findRun } from "../documents/carried-run.ts";
import { type FileToPlace, placeFiles } from "../files/place-files.ts";
import { keepFolder } from "../files/whole-file.ts";
import type { MadeFile, OutputFiles } from "../worker/worker-protocol.ts";
import { itemName } from "./item-name.ts";
import { outputName } from "./make-output.ts";
import { hashPixels, readPixels } from "./pixels.ts";

/** What a run wrote for one item of an output. */
export type PlacedOutput = {
  readonly node: string;
  readonly port: string;
  readonly item: number;
  readonly kind: string;
  /** The first of its files. */
  readonly file: string;
  readonly files: readonly string[];
  /** SHA-256 of the raw 8-bit pixels of its picture: equal for equal pictures, whatever file holds them. */
  readonly pixels?: string;
};

const tryAgain = "Make room, or name another folder, and run it again: kept values are not computed again.";

/**
 * Writes the files of one run to a folder as they come. A file with another content is never replaced: the new one gets a numbered
 * name beside it, and so do all files of its output. If the system refuses to write one, that is among the failures, and the
 * others are still written.
 */
export class OutputPlacer {
  readonly #folder: string;
  /** Each node's place in the plan. */
  readonly #places: ReadonlyMap<string, number>;
  /** The first node that uses a name. */
  readonly #owners = new Map<string, string>();
  readonly #later: OutputFiles[] = [];
  readonly #taken = new Set<string>();
  readonly #placed: PlacedOutput[] = [];
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
   * Places the files of an output. If nodes share a name, those after the first wait for the end: which of them gets a number must
   * not depend on which is done first.
   */
  add(output: OutputFiles): void {
    if (this.#owners.get(folded(output.name)) === output.node) this.#place(output);
    else this.#later.push(output);
  }

  /** To be called after the last output, even if the run broke off. Resolves when all files are written, in the plan's order. */
  async finish(): Promise<{
    readonly placed: readonly PlacedOutput[];
    readonly failures: readonly Required<Failure>[];
  }> {
    for (const output of this.#sorted(this.#later.splice(0))) this.#place(output);
    await this.#work;
    return { placed: this.#sorted(this.#placed), failures: this.#sorted(this.#failures) };
  }

  /** One after the other, so that no two take the same name. */
  #place(output: OutputFiles): void {
    const placing = this.#work.then(() => this.#write(output));
    this.#work = placing;
    // `finish` rejects with it.
    placing.catch(() => {});
  }

  async #write({ node, port, item, items, name: base, kind, files: made }: OutputFiles): Promise<void> {
    const name = itemName(base, item, items);
    const placing = made.map(
      (file): FileToPlace => ({
        ending: file.ending,
        bytes: file.bytes,
        mayReplace: async (path) => !this.#taken.has(path) && (await isSame(path, file)),
      }),
    );
    try {
      await keepFolder(this.#folder);
      const files = await placeFiles(join(this.#folder, name), placing);
      for (const path of files) this.#taken.add(path);
      const picture = made.find(({ picture }) => picture);
      this.#placed.push({
        ...{ node, port, item, kind, file: files[0]!, files },
        ...(picture && { pixels: picture.content }),
      });
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      const message = `${name}${made[0]!.ending} could not be written to ${this.#folder}: ${code}.`;
      this.#failures.push({ node, item, message, remedy: tryAgain });
    }
  }

  #sorted<T extends { readonly node: string; readonly item: number }>(things: readonly T[]): readonly T[] {
    const place = ({ node }: T) => this.#places.get(node)!;
    return things.toSorted((a, b) => place(a) - place(b) || a.item - b.item);
  }
}

/** Some file systems ignore the case of names. */
function folded(name: string): string {
  return name.toLowerCase();
}

/** Whether the file at the path holds the same as the made one: equal pixels for a picture, any record for a record, else equal bytes. */
async function isSame(path: string, { bytes, content, picture, record }: MadeFile): Promise<boolean> {
  try {
    if (picture) return hashPixels((await readPixels(path)).data) === content;
    const found = await readFile(path);
    return record ? (await findRun(path, found)) !== undefined : found.equals(bytes);
  } catch {
    // A file that cannot be read counts as another one.
    return false;
  }
}
