import { roomOf } from "../data-folder/room.ts";

/** Why there is no backup to be made or restored, and what to do. */
export class BackupError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Throws BackupError if a folder's disk has no room for so many bytes. */
export async function expectRoom(folder: string, needed: number): Promise<void> {
  const { free } = await roomOf(folder);
  if (free >= needed) return;
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  throw new BackupError(
    `There is no room in ${folder}: ${megabytes(needed)} are needed and ${megabytes(free)} are free.`,
    "Free some space, or name a place on another disk. A backup with --no-values leaves out what can be computed again.",
  );
}
