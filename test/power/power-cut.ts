import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { Op } from "./recorder.ts";

/** A file system writes so many bytes at once, or none of them. */
const sector = 512;

type Random = () => number;

/**
 * Writes into `folder` what a disk may hold when the power goes after these operations. What was synced is there, by POSIX: the bytes of a
 * file when that file was synced, a name when its folder was. Of all else anything may be: names come, go and change in any order, and
 * bytes are old, new, cut off or zeroes in part.
 */
export function cutPower(ops: readonly Op[], folder: string, random: Random): void {
  /** How much of what was not synced is on the disk, from nothing to all. */
  const share = [0, 0.5, 0.5, 1][Math.floor(random() * 4)]!;
  const happens = () => random() < share;
  const names = new Map<string, number>();
  const folders = new Set<string>();
  const contents = new Map<number, Buffer>();
  for (const [i, op] of ops.entries()) {
    const later = ops.slice(i + 1);
    const named = (path: string) => isFolderSynced(later, parentOf(path));
    switch (op.op) {
      case "folder":
        if (named(op.path) || happens()) folders.add(op.path);
        break;
      case "name":
        if (named(op.path) || happens()) names.set(op.path, op.file);
        break;
      case "gone":
        if (named(op.path) || happens()) names.delete(op.path);
        break;
      case "move":
        if (named(op.to) || happens()) {
          names.delete(op.from);
          names.set(op.to, op.file);
        }
        break;
      case "bytes":
        if (later.some((one) => one.op === "sync" && one.file === op.file)) contents.set(op.file, op.bytes);
        else if (random() < 0.8) contents.set(op.file, torn(contents.get(op.file), op.bytes, random));
        break;
    }
  }
  mkdirSync(folder, { recursive: true });
  for (const path of folders) if (isReached(path, folders)) mkdirSync(join(folder, path), { recursive: true });
  for (const [path, file] of names)
    if (isReached(parentOf(path), folders)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), contents.get(file) ?? Buffer.alloc(0));
    }
}

const parentOf = (path: string) => (posix.dirname(path) === "." ? "" : posix.dirname(path));

function isFolderSynced(ops: readonly Op[], path: string): boolean {
  return ops.some((one) => one.op === "syncFolder" && one.path === path);
}

/** Whether all folders above a path are there, and it. */
function isReached(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path; at !== ""; at = parentOf(at)) if (!folders.has(at)) return false;
  return true;
}

/** Bytes of which not all got to the disk, where older ones were. */
export function torn(older: Buffer | undefined, bytes: Buffer, random: Random): Buffer {
  switch (Math.floor(random() * 4)) {
    case 0:
      return bytes;
    case 1:
      return bytes.subarray(0, Math.floor(random() * (bytes.length + 1)));
    case 2:
      return Buffer.alloc(bytes.length);
    default: {
      const mixed = Buffer.from(bytes);
      for (let at = 0; at < mixed.length; at += sector) {
        const end = Math.min(at + sector, mixed.length);
        const from = older && at < older.length && random() < 0.5 ? older : Buffer.alloc(end);
        if (random() < 0.7) from.copy(mixed, at, at, Math.min(end, from.length));
      }
      return mixed;
    }
  }
}
