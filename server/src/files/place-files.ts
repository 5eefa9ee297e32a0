import { randomBytes } from "node:crypto";
import { access, link, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { syncToDisk } from "./whole-file.ts";

/** One of several files that belong together. */
export type FileToPlace = {
  /** With its dot. */
  readonly ending: string;
  readonly bytes: Uint8Array;
  /** Whether the file that stands at the path may be replaced by this one. */
  readonly mayReplace: (path: string) => Promise<boolean>;
};

/**
 * Writes files that belong together, each whole or not at all: as `<base><ending>` or, if a file that must not be replaced stands
 * in the way of one of them, all as `<base>.2<ending>`, `<base>.3<ending>` and so on. Returns the paths, in the order of the files.
 */
export async function placeFiles(base: string, files: readonly FileToPlace[]): Promise<readonly string[]> {
  const drafts = files.map((file): Draft => ({ file, draft: `${base}.${randomBytes(6).toString("hex")}.tmp` }));
  try {
    // Whoever reads that a file was written relies on it, also after a power failure.
    for (const { draft, file } of drafts) await writeFile(draft, file.bytes, { flag: "wx", flush: true });
    for (let number = 1; ; number++) {
      const places = drafts.map((one) => ({ ...one, path: pathOf(base, number, one.file) }));
      if (!(await placeAt(places))) continue;
      await syncToDisk(dirname(base));
      return places.map(({ path }) => path);
    }
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

/** A file as it is written first, under a name that nobody looks for. */
type Draft = { readonly file: FileToPlace; readonly draft: string };
type Place = Draft & { readonly path: string };

function pathOf(base: string, number: number, { ending }: FileToPlace): string {
  return `${base}${number === 1 ? "" : `.${number}`}${ending}`;
}

/** Gives all drafts these names, or none: false if a file that must not be replaced has one of them. */
async function placeAt(places: readonly Place[]): Promise<boolean> {
  const claimed: Place[] = [];
  const existing: Place[] = [];
  for (const place of places) {
    if (await claim(place)) claimed.push(place);
    else if (await place.file.mayReplace(place.path)) existing.push(place);
    else {
      for (const taken of claimed) await giveBack(taken);
      return false;
    }
  }
  for (const { draft, path } of existing) await rename(draft, path);
  return true;
}

/**
 * Gives the draft that name unless something has it. A link, unlike a rename, never replaces what another program wrote
 * meanwhile; a rename does for the file systems that know no links.
 */
async function claim({ draft, path }: Place): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
  }
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) await rename(draft, path);
  return !exists;
}

/** Undoes a claim, whether it was a link or a rename. Renaming alone does nothing to two links of one file. */
async function giveBack({ draft, path }: Place): Promise<void> {
  await rm(draft, { force: true });
  await rename(path, draft);
}
