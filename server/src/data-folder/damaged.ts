import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { basename } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Rescued, rescue } from "./rescue.ts";
import { prepareTables } from "./tables.ts";

/** Numbers of SQLite: SQLITE_CORRUPT, SQLITE_NOTADB. */
const damagedCodes: readonly number[] = [11, 26];
/** A head that tells of more bytes is garbage itself. */
const longest = 2 ** 36;
/** What SQLite keeps beside a database. */
const log = "-wal";
const shared = "-shm";

/** In what way a database that could not be opened is damaged, or undefined if it is not. */
export function damageOf(error: unknown, path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return "it is a folder";
  const { errcode, message } = error as { readonly errcode?: number; readonly message: string };
  // Of an extended code the lowest byte says the kind.
  return errcode !== undefined && damagedCodes.includes(errcode & 255) ? message.trim().split("\n").at(-1) : undefined;
}

/** Gives a damaged database another name, with its log, and returns that. Nothing is removed that somebody could still read. */
export function keepAside(path: string): string {
  let aside = `${path}.damaged`;
  for (let number = 2; existsSync(aside); number++) aside = `${path}.damaged.${number}`;
  renameSync(path, aside);
  if (existsSync(path + log)) renameSync(path + log, aside + log);
  rmSync(path + shared, { force: true });
  return aside;
}

/** Reads what it can of a database that was kept aside into a new one. Returns what was done, in a sentence. */
export function readAside(aside: string, into: DatabaseSync, damage: string): string {
  const { runs = 0, workflows = 0 } = statSync(aside).isDirectory() ? {} : rescueCopy(aside, into);
  const found =
    runs + workflows === 0
      ? "Nothing could be read of it; pictures and kept values are still there."
      : `The server goes on with what could be read of it: ${counted(runs, "run")} and ${counted(workflows, "workflow")}.`;
  return `The database ${basename(aside).replace(/\.damaged.*$/, "")} was damaged (${damage}), and is kept as ${basename(aside)}. ${found}`;
}

/** Reads a copy, since SQLite would mend the log of what it opens. */
function rescueCopy(aside: string, into: DatabaseSync): Rescued {
  const copy = `${aside}.reading`;
  let from: DatabaseSync | undefined;
  try {
    copyFileSync(aside, copy);
    if (existsSync(aside + log)) copyFileSync(aside + log, copy + log);
    lengthen(copy);
    from = new DatabaseSync(copy);
    prepareTables(from, aside);
    return rescue(from, into);
  } catch (error) {
    if (damageOf(error, copy) === undefined) throw error;
    return {};
  } finally {
    from?.close();
    for (const ending of ["", log, shared]) rmSync(copy + ending, { force: true });
  }
}

/** Gives a database that was cut off the length that its head tells: SQLite reads nothing of a shorter one. */
function lengthen(path: string): void {
  const head = Buffer.alloc(32);
  const file = openSync(path, "r");
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  // The file format: the size of a page at 16, where 1 stands for 65536, and their number at 28.
  const page = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  const length = page * head.readUInt32BE(28);
  if (head.toString("latin1", 0, 15) === "SQLite format 3" && length > statSync(path).size && length < longest)
    truncateSync(path, length);
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
