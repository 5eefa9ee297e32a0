import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { syncFolderNow } from "../files/whole-file.ts";
import { rescue } from "./rescue.ts";
import { prepareTables } from "./tables.ts";

/** Numbers of SQLite: SQLITE_CORRUPT, SQLITE_NOTADB. */
const damagedCodes: readonly number[] = [11, 26];
/** A head that tells of more bytes is garbage itself. */
const longest = 2 ** 36;
/** What SQLite keeps beside a database. */
const log = "-wal";
const shared = "-shm";
/** How the names end of the new database that is being made, and of the copy that is read. */
const mending = ".mending";
const reading = ".reading";

/** In what way a database that could not be opened is damaged, or undefined if it is not. */
export function damageOf(error: unknown, path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return "it is a folder";
  return isDamage(error) ? (error as Error).message.trim().split("\n").at(-1) : undefined;
}

/** Of an extended code the lowest byte says the kind. */
function isDamage(error: unknown): boolean {
  const { errcode } = error as { readonly errcode?: number };
  return errcode !== undefined && damagedCodes.includes(errcode & 255);
}

/**
 * Puts a new database with what can be read of a damaged one in its place, and returns the name under which the damaged one is kept, with
 * its log. It stays where it is until the new one is whole: after an error or a kill the next start begins anew. `open` opens and locks a
 * database; `complete` adds what else the new one has to hold. Nothing is removed that somebody could still read.
 */
export function mend(
  path: string,
  open: (path: string) => DatabaseSync,
  complete: (sql: DatabaseSync) => void,
): string {
  const draft = path + mending;
  removeUnused(draft, open);
  const into = open(draft);
  try {
    if (!statSync(path).isDirectory()) rescueCopy(path, into);
    into.exec("BEGIN IMMEDIATE");
    complete(into);
    into.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    into.close();
  } catch (error) {
    if (into.isOpen) into.close();
    remove(draft);
    throw error;
  }
  const aside = asideName(path, lastAside(path) + 1);
  renameSync(path, aside);
  // Otherwise a power failure could leave the new database alone, in the place of the damaged one.
  syncFolderNow(dirname(path));
  putInPlace(path, aside);
  return aside;
}

/** Does the last step of a `mend` whose process was killed before it. Returns what that would have returned, undefined if there was none. */
export function finishMend(path: string): string | undefined {
  const last = lastAside(path);
  if (existsSync(path) || !existsSync(path + mending) || last === 0) return undefined;
  const aside = asideName(path, last);
  putInPlace(path, aside);
  return aside;
}

/** Removes what a killed process left of a `mend`, if the database there was whole after all. */
export function forgetMend(path: string): void {
  for (const ending of [mending, reading]) remove(path + ending);
}

/** What was done, in a sentence. `sql`: the new database; `damage`: in what way the earlier one was damaged. */
export function mendedSentence(sql: DatabaseSync, aside: string, damage: string): string {
  const countOf = (table: string) => Number(sql.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count);
  const [runs, workflows] = [countOf("runs"), countOf("workflows")];
  const found =
    runs + workflows === 0
      ? "Nothing could be read of it; pictures and kept values are still there."
      : `The server goes on with what could be read of it: ${counted(runs, "run")} and ${counted(workflows, "workflow")}.`;
  const name = basename(aside);
  return `The database ${name.replace(/\.damaged.*$/, "")} was damaged (${damage}), and is kept as ${name}. ${found}`;
}

/** The log of a damaged database has to be gone before another one stands in its place, which would read it. */
function putInPlace(path: string, aside: string): void {
  if (existsSync(path + log)) renameSync(path + log, aside + log);
  rmSync(path + shared, { force: true });
  renameSync(path + mending, path);
  syncFolderNow(dirname(path));
}

function asideName(path: string, number: number): string {
  return number === 1 ? `${path}.damaged` : `${path}.damaged.${number}`;
}

/** The number of the newest that was kept aside, 0 if there is none. */
function lastAside(path: string): number {
  const start = `${basename(path)}.damaged`;
  const ends = readdirSync(dirname(path)).flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
  return Math.max(0, ...ends.map((end) => (end === "" ? 1 : Number(/^\.(\d+)$/.exec(end)?.[1] ?? 0))));
}

/** Removes what a killed process left of a new database. Throws if another process is making it. */
function removeUnused(draft: string, open: (path: string) => DatabaseSync): void {
  try {
    open(draft).close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  remove(draft);
}

function remove(path: string): void {
  for (const ending of ["", log, shared]) rmSync(path + ending, { force: true });
}

/** Reads a copy, since SQLite would mend the log of what it opens. */
function rescueCopy(path: string, into: DatabaseSync): void {
  const copy = path + reading;
  let from: DatabaseSync | undefined;
  remove(copy);
  try {
    copyFileSync(path, copy);
    if (existsSync(path + log)) copyFileSync(path + log, copy + log);
    lengthen(copy);
    from = new DatabaseSync(copy);
    prepareTables(from, path);
    rescue(from, into);
  } catch (error) {
    if (!isDamage(error)) throw error;
  } finally {
    from?.close();
    remove(copy);
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
