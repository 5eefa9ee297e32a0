import { randomBytes } from "node:crypto";
import { access, link, rename, rm, writeFile } from "node:fs/promises";

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
  const drafts = files.map(() => `${base}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    for (const [i, { bytes }] of files.entries()) await writeFile(drafts[i]!, bytes, { flag: "wx" });
    for (let number = 1; ; number++) {
      const paths = files.map(({ ending }) => `${base}${number === 1 ? "" : `.${number}`}${ending}`);
      if (await placeAt(paths, drafts, files)) return paths;
    }
  } finally {
    for (const draft of drafts) await rm(draft, { force: true });
  }
}

/** Gives all drafts these names, or none: false if a file that must not be replaced has one of them. */
async function placeAt(
  paths: readonly string[],
  drafts: readonly string[],
  files: readonly FileToPlace[],
): Promise<boolean> {
  const claimed: number[] = [];
  const existing: number[] = [];
  for (const [i, path] of paths.entries()) {
    if (await claim(drafts[i]!, path)) claimed.push(i);
    else if (await files[i]!.mayReplace(path)) existing.push(i);
    else {
      for (const taken of claimed) await giveBack(drafts[taken]!, paths[taken]!);
      return false;
    }
  }
  for (const i of existing) await rename(drafts[i]!, paths[i]!);
  return true;
}

/**
 * Gives the draft that name unless something has it. A link, unlike a rename, never replaces what another program wrote
 * meanwhile; a rename does for the file systems that know no links.
 */
async function claim(draft: string, path: string): Promise<boolean> {
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
async function giveBack(draft: string, path: string): Promise<void> {
  await rm(draft, { force: true });
  await rename(path, draft);
}
