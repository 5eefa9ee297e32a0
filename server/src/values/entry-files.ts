import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { absent, draftEnding } from "../files/whole-file.ts";
import { headBytes, readHead, sinceAt } from "./entry-file.ts";
import type { StoredEntry } from "./value-store.ts";

/** A file that is being written has a temporary name; after this many milliseconds it must be left over from a process that died. */
const draftAge = 60_000;

/** Where the file of a key lies in its store: `<folder>/<first two characters>/<key>`. */
export function placeOf(folder: string, key: string): string {
  return join(folder, beginningOf(key), key);
}

/** Bytes of the file of a key; 0 if there is none. */
export function bytesOf(folder: string, key: string): number {
  return statSync(placeOf(folder, key), { throwIfNoEntry: false })?.size ?? 0;
}

/** The name of the folder that a key's file lies in. */
export function beginningOf(key: string): string {
  return key.slice(0, 2);
}

/** The folders that the files of a store lie in, by name; none if there is no store. */
export function beginningsIn(folder: string): string[] {
  return namesIn(folder).filter((name) => !name.startsWith("."));
}

/** The keys whose files lie in one of these folders. Removes what processes that died were writing there. */
export function keysBeginning(folder: string, beginning: string): string[] {
  const within = join(folder, beginning);
  return namesIn(within).filter((name) => {
    if (!name.endsWith(draftEnding)) return true;
    const path = join(within, name);
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - written >= draftAge) rmSync(path, { force: true });
    return false;
  });
}

/** What the file of a key says of its entry; undefined if there is none. One that is damaged cost nothing. */
export function readEntry(folder: string, key: string): StoredEntry | undefined {
  const found = readBeginning(placeOf(folder, key));
  if (!found) return undefined;
  const { cost, since } = readHead(found.head) ?? { cost: 0, since: 0 };
  return { key, size: found.size, used: found.mtimeMs, cost, since };
}

/** The digest in the head of a key's file; undefined if there is none. */
export function readDigest(folder: string, key: string): string | undefined {
  return readHead(readBeginning(placeOf(folder, key))?.head ?? new Uint8Array())?.digest;
}

/** All entries of a store as their files have them, in no particular order. Writes nothing. */
export async function listEntries(folder: string): Promise<StoredEntry[]> {
  const found: StoredEntry[] = [];
  for (const beginning of beginningsIn(folder)) {
    for (const key of namesIn(join(folder, beginning))) {
      const entry = key.endsWith(draftEnding) ? undefined : readEntry(folder, key);
      if (entry) found.push(entry);
    }
    await turn();
  }
  return found;
}

function readBeginning(path: string) {
  const file = openThere(path, "r");
  if (file === undefined) return undefined;
  try {
    const { size, mtimeMs } = fstatSync(file);
    const head = Buffer.alloc(headBytes);
    return { size, mtimeMs, head: head.subarray(0, readSync(file, head, 0, headBytes, 0)) };
  } finally {
    closeSync(file);
  }
}

/** Writes the store's clock into the head of a key's file, if there is one, which also sets the file's time. */
export function markUsed(folder: string, key: string, clock: number): void {
  const file = openThere(placeOf(folder, key), "r+");
  if (file === undefined) return;
  const since = Buffer.alloc(8);
  since.writeDoubleLE(clock);
  try {
    writeSync(file, since, 0, since.length, sinceAt);
  } finally {
    closeSync(file);
  }
}

/** Another process may have removed the file. */
function openThere(path: string, flags: string): number | undefined {
  try {
    return openSync(path, flags);
  } catch (error) {
    return absent(error as NodeJS.ErrnoException);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    absent(error as NodeJS.ErrnoException);
    return [];
  }
}
