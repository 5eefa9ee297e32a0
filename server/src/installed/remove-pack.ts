import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

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
