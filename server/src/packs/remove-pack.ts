import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { findPacks, PackError } from "@clipwork/models";
import { installedPacks, packRoots } from "../installed/load-packs.ts";

export type Weighed = {
  /** Bytes that are in no other place on the disk, and so are lost with the pack. */
  readonly own: number;
  /** Bytes of files that are elsewhere too, such as linked weights. */
  readonly shared: number;
};

/** How much of a pack's folder is nowhere else on the disk. */
export async function weighPack(folder: string): Promise<Weighed> {
  let [own, shared] = [0, 0];
  for (const { name, parentPath } of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const stat = await lstat(join(parentPath, name));
    if (stat.isFile() && stat.nlink > 1) shared += stat.size;
    else if (stat.isFile()) own += stat.size;
  }
  return { own, shared };
}

/** Removes a pack's folder. It is gone as a pack at once, even if the removal of its files is interrupted. */
export async function removePack(folder: string): Promise<void> {
  const away = join(folder, "..", `.removed-${process.pid}-${Date.now()}`);
  await rename(folder, away);
  await rm(away, { recursive: true });
}

/** Graphs, tokenizer and manifest of an imported pack stay below this; a pack with more of its own has weights that are nowhere else. */
const ownLimit = 64 * 2 ** 20;

/** Why a pack is not removed: it is not there, it came with Clipwork, or its weights are nowhere else. */
export type Kept = { readonly code: "unknown-pack" | "not-imported" | "only-copy"; readonly error: PackError };

/**
 * Removes a pack of the data folder by its name; one whose weights are nowhere else only by `force`. Returns what was removed, or why it
 * is kept; `inBytes` writes a size.
 */
export async function removeInstalled(
  dataFolder: string,
  {
    name,
    force,
    inBytes,
  }: { readonly name: string; readonly force: boolean; readonly inBytes: (bytes: number) => string },
): Promise<(Weighed & { readonly folder: string }) | Kept> {
  const installed = await findPacks([installedPacks(dataFolder)]);
  const folder = installed.get(name);
  if (folder === undefined) {
    const elsewhere = (await findPacks(packRoots(dataFolder))).get(name);
    if (elsewhere === undefined) return { code: "unknown-pack", error: noPack(name, [...installed.keys()]) };
    const message = `The pack "${name}" lies in ${elsewhere}, not in the data folder.`;
    return { code: "not-imported", error: new PackError(message, "Remove its folder yourself.") };
  }
  const weighed = await weighPack(folder);
  if (weighed.own > ownLimit && !force) {
    const message = `The pack "${name}" in ${folder} has ${inBytes(weighed.own)} that are nowhere else on this disk.`;
    return { code: "only-copy", error: new PackError(message, "Add --force to delete them.") };
  }
  await removePack(folder);
  return { ...weighed, folder };
}

/** That no pack has this name, and which there are. */
export function noPack(name: string, names: readonly string[]): PackError {
  const there =
    names.length === 0
      ? "None was added to the data folder."
      : `${names.length === 1 ? "There is" : "There are"} ${names.toSorted().join(", ")}.`;
  return new PackError(`There is no model pack "${name}".`, there);
}
