import { randomBytes } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { absent, draftEnding, syncToDisk } from "../files/whole-file.ts";
import { BackupError, expectRoom } from "./backup-error.ts";
import type { Backup } from "./make-backup.ts";

/** The file that a backup becomes: the target, or in a folder one that is named by the time. Throws BackupError if it is there already. */
export async function backupFile(target: string, time: Date = new Date()): Promise<string> {
  const there = await stat(target).catch(absent);
  if (there?.isDirectory()) return backupFile(join(target, `clipwork-${time.toISOString().replace(/[:.]/g, "-")}.tar`));
  if (!there) {
    const folder = dirname(resolve(target));
    if ((await stat(folder).catch(absent))?.isDirectory()) return target;
    throw new BackupError(`There is no folder ${folder}.`, "Make it, or name another file.");
  }
  throw new BackupError(`${target} is there already.`, "Name another file, or a folder to write one into.");
}

/**
 * Writes a backup to a file that is not there, whole and synced or not at all. `onProgress` hears the bytes that are written, and about how
 * many there are. Resolves to its bytes. Throws BackupError if there is no room, or the reason of the signal.
 */
export async function writeBackup(
  file: string,
  { bytes, archive }: Backup,
  { onProgress, signal }: { readonly onProgress: (done: number, all: number) => void; readonly signal: AbortSignal },
): Promise<number> {
  await expectRoom(dirname(file), bytes);
  const draft = `${file}.${randomBytes(6).toString("hex")}${draftEnding}`;
  const target = await open(draft, "wx", 0o600);
  let done = 0;
  try {
    for await (const piece of archive) {
      signal.throwIfAborted();
      await target.writeFile(piece);
      done += piece.length;
      onProgress(done, Math.max(bytes, done));
    }
    await target.sync();
    await target.close();
    await rename(draft, file);
    await syncToDisk(dirname(file));
    return done;
  } finally {
    // Closed already when all went well: then there is nothing to do.
    await target.close();
    await rm(draft, { force: true });
  }
}
