import { randomBytes } from "node:crypto";
import { closeSync, fsync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** How the name of a file ends that is being written. */
export const draftEnding = ".tmp";

/** A file of so many bytes is written, and read, at once: that takes a fifth of the processor time of having another thread do it. */
export const small = 2 ** 18;

/**
 * Writes a file whole or not at all, replacing an earlier one. That holds for what ends the process, not for a power failure: use it for
 * what is checked when it is read and can be made again, and `keepFile` for all else.
 */
export async function replaceFile(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}${draftEnding}`;
  try {
    if (parts.reduce((sum, { byteLength }) => sum + byteLength, 0) <= small) {
      writeFileSync(draft, Buffer.concat(parts));
      renameSync(draft, path);
    } else {
      await writeFile(draft, parts);
      await rename(draft, path);
    }
  } catch (error) {
    await rm(draft, { force: true });
    // Windows refuses to replace a file that somebody is reading; the file there is whole, at worst an older checkpoint.
    if (!(process.platform === "win32" && (await stat(path).catch(absent)))) throw error;
  }
}

/**
 * `replaceFile` for many files of few folders, which it makes if they are not there. It remembers which were: to ask for each again with every
 * file takes longer than to write a small one.
 */
export function folderWriter(): typeof replaceFile {
  const made = new Set<string>();
  return async (path, parts) => {
    const within = dirname(path);
    if (made.has(within)) {
      const isGone = await replaceFile(path, parts).then(() => false, absentFolder);
      if (!isGone) return;
    }
    await mkdir(within, { recursive: true });
    await replaceFile(path, parts);
    made.add(within);
  };
}

/** For `catch`: true if the folder of a file is gone; anything else is a fault. */
function absentFolder(error: NodeJS.ErrnoException): true {
  if (error.code === "ENOENT") return true;
  throw error;
}

/** Writes a file whole or not at all, replacing an earlier one; a power failure leaves the earlier one or, once this has resolved, this one. */
export async function keepFile(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}${draftEnding}`;
  try {
    await writeFile(draft, bytes, { flush: true });
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncToDisk(dirname(path));
}

/** Makes a folder, and those above it, if they are not there, so that a power failure does not take them. */
export async function keepFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncToDisk(dirname(made));
}

/** As `syncToDisk` does for a folder, at once: for the few moments in which nothing else may happen. */
export function syncFolderNow(folder: string): void {
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What systems say whose disks have no hard links, as those of FAT. */
const noLinks: readonly (string | undefined)[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR"];

/** Gives a draft its name, unless something has it: to rename it would replace that. */
function placeNew(draft: string, path: string, text: string): void {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!noLinks.includes((error as NodeJS.ErrnoException).code)) throw error;
    const file = openSync(path, "wx", 0o600);
    try {
      writeFileSync(file, text, { flush: true });
    } catch (failure) {
      rmSync(path, { force: true });
      throw failure;
    } finally {
      closeSync(file);
    }
  }
}

/**
 * Writes a new file that only its owner may read, whole or not at all, and on the disk. Returns false, and changes nothing, if there is something of that name:
 * of several processes that ask at once one is told true, and the others find its file whole.
 */
export function createFile(path: string, text: string): boolean {
  const draft = `${path}.${randomBytes(6).toString("hex")}${draftEnding}`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    placeNew(draft, path, text);
    syncFolderNow(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Resolves when the file's bytes, or the names in a folder, would survive a power failure. Windows keeps names by itself and lets no
 * folder be opened. Only the wait is left to another thread: to open and close there takes ten times as long.
 */
export async function syncToDisk(path: string): Promise<void> {
  const windows = process.platform === "win32";
  if (windows && statSync(path).isDirectory()) return;
  // Windows flushes only what may be written.
  const file = openSync(path, windows ? "r+" : "r");
  try {
    await new Promise<void>((resolve, reject) => fsync(file, (error) => (error ? reject(error) : resolve())));
  } finally {
    closeSync(file);
  }
}

/** For `catch`: turns "there is no such file" into undefined; anything else is a fault. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
