import { constants, copyFile, link, realpath, stat, statfs, unlink } from "node:fs/promises";
import { join } from "node:path";
import { inWords } from "../fields/in-words.ts";
import { PackError } from "../fields/pack-error.ts";
import type { FileHashes } from "../pack/file-hashes.ts";

/** How published weights get into a pack: in both folders and once on the disk, in the pack alone, or twice. */
export type Placing = "link" | "move" | "copy";

/** A file of weights in the pack. */
export type Placed = { readonly from: string; readonly file: string; readonly sha256: string; readonly bytes: number };

/**
 * Puts a published file of weights into a folder under that name, with not a byte changed, and hashes it there unless its hash is known. A file to be moved
 * is linked first: `leave` takes it away from its old place when all has gone well. Throws PackError if the disk does not allow it.
 */
export async function placeFile(
  from: string,
  { folder, file }: { readonly folder: string; readonly file: string },
  placing: Placing,
  hashes: FileHashes,
): Promise<Placed> {
  // Caches of hubs keep the files elsewhere, and links to them under their names.
  const source = await realpath(from);
  const target = join(folder, file);
  const { size } = await stat(source);
  const known = await hashes.current(source);
  if (placing === "copy") {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < size) {
      throw new PackError(
        `A copy of ${from} takes ${inWords(size)}, and ${inWords(bavail * bsize)} are free in ${folder}.`,
        "Free some space, or leave --copy out: then the file is on the disk only once.",
      );
    }
    await copyFile(source, target, constants.COPYFILE_FICLONE);
  } else {
    await link(source, target).catch((error: NodeJS.ErrnoException) => {
      const why = { EXDEV: "it lies on another disk", EPERM: "the system does not allow it" }[error.code ?? ""];
      if (why === undefined) throw error;
      throw new PackError(
        `${from} cannot be linked into ${folder}: ${why}.`,
        "Name a data folder on its disk with --data, or add --copy.",
      );
    });
  }
  // A link is the very file.
  if (known !== undefined && placing !== "copy") await hashes.note(target, known);
  return { from, file, sha256: await hashes.of(target), bytes: size };
}

/** Takes a placed file away from where it was published; if that was a link, then also what it led to. */
export async function leave({ from }: Placed): Promise<void> {
  const source = await realpath(from);
  await unlink(from);
  if (source !== from) await unlink(source).catch(() => {});
}

/** The name in the pack of one of a stage's files of weights. */
export function weightsName(stage: string, file: string, files: readonly string[]): string {
  const number = files.length === 1 ? "" : `-${files.indexOf(file) + 1}-of-${files.length}`;
  return `${stage}${number}.safetensors`;
}
