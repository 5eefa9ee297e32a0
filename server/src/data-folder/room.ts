import { statfsSync } from "node:fs";
import type { Unusable } from "@clipwork/engine";

/** A run does not begin with less room than this, or than this part of a small disk. */
const reserve = 64 * 2 ** 20;
const reservedPart = 1 / 10;

/** Bytes of a disk: those that are free for us, and all. */
export type Room = { readonly free: number; readonly all: number };

/** The room on the disk of that folder. Each run asks before it begins: on the way to another thread and back it would wait ten times as long as for the answer. */
export async function roomOf(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = statfsSync(folder);
  return { free: bavail * bsize, all: blocks * bsize };
}

/** Why the disk of the data folder has no room for one more run, or undefined. What it keeps may be some megabytes. */
export function roomTrouble({ free, all }: Room): Unusable | undefined {
  // A file system that does not say how large it is says nothing of what is free either.
  const needed = all > 0 ? Math.min(reserve, all * reservedPart) : 0;
  if (free >= needed) return undefined;
  return {
    message: `The disk of the data folder is full: ${megabytes(free)} are free, and a run begins with ${megabytes(needed)}.`,
    remedy: "Free some space there, or delete runs. What waits goes on by itself.",
  };
}

/** Why so many bytes cannot be written where so many are free, or undefined. */
export function writeTrouble({ bytes, free }: { readonly bytes: number; readonly free: number }): Unusable | undefined {
  if (bytes <= free) return undefined;
  return {
    message: `The run would write about ${megabytes(bytes)}, judged by earlier ones, and ${megabytes(free)} are free on the disk of the data folder.`,
    remedy: "Free some space there, delete runs, or run fewer items at once.",
  };
}

function megabytes(bytes: number): string {
  const number = bytes / 2 ** 20;
  return `${number < 10 ? number.toFixed(1) : Math.floor(number)} MB`;
}
