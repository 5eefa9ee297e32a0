import { randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { open, rename, rm, stat, writeFile } from "node:fs/promises";

/** How the name of a file ends that is being written. */
export const draftEnding = ".tmp";

/** A file of so many bytes is written at once: that takes a fifth of the processor time of having another thread do it. */
const small = 2 ** 18;

/** Writes a file whole or not at all, replacing an earlier one. */
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
 * Resolves when the file's bytes, or the names in a folder, would survive a power failure. Windows keeps names by itself and lets no
 * folder be opened.
 */
export async function syncToDisk(path: string): Promise<void> {
  const windows = process.platform === "win32";
  if (windows && (await stat(path)).isDirectory()) return;
  // Windows flushes only what may be written.
  const handle = await open(path, windows ? "r+" : "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** For `catch`: turns "there is no such file" into undefined; anything else is a fault. */
export function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
  throw error;
}
