import { mkdirSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sharedSync } from "../files/shared-sync.ts";
import { absent, syncToDisk } from "../files/whole-file.ts";
import { damageOf, finishMend, forgetMend, mend, mendedSentence } from "./damaged.ts";
import { servingAt } from "./notes/serving.ts";
import { prepareTables } from "./tables.ts";

const fileName = "server.db";
/** A larger database is not read through at each start: that would take seconds. */
const checkedBytes = 256 * 2 ** 20;

/** Says that another process has the folder's database open. */
export class FolderInUse extends Error {}

/** The tables of a server: queue, event log, workflows. One process at a time. */
export class Database {
  readonly sql: DatabaseSync;
  /** What was done, in a sentence, if the database was found to be damaged when it was opened. */
  readonly mended: string | undefined;
  readonly #folder: string;
  /** Its log, kept open to be synced: to open it each time takes longer than many a sync. */
  #log: FileHandle | undefined;
  /** Its files have their names on the disk. */
  #named = false;

  /**
   * Opens the database of a data folder, and locks it until the process ends, however it ends. A damaged one is kept aside, and a new one
   * goes on with what can be read of it and what `complete` adds: nobody knows any longer what else is in the data folder. Throws
   * FolderInUse when another process has the lock, and a sentence when the file is of a newer version.
   */
  constructor(folder: string, complete: (sql: DatabaseSync) => void = () => {}) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    const path = join(folder, fileName);
    const finished = finishMend(path);
    try {
      this.sql = openLocked(folder, path);
      forgetMend(path);
      if (finished !== undefined) this.mended = mendedSentence(this.sql, finished, "as an earlier start found");
    } catch (error) {
      const damage = damageOf(error, path);
      if (damage === undefined) throw error;
      const aside = mend(path, (draft) => openLocked(folder, draft), complete);
      this.sql = openLocked(folder, path);
      this.mended = mendedSentence(this.sql, aside, damage);
    }
  }

  /** True until it holds its first run or the first use of a picture: it knows nothing of what else is in the data folder. */
  get isBlank(): boolean {
    // The sequence has a row as soon as there was a run, and keeps it when all runs are deleted.
    const text = "SELECT EXISTS (SELECT 1 FROM sqlite_sequence) OR EXISTS (SELECT 1 FROM refs) AS used";
    return this.sql.prepare(text).get()!.used === 0;
  }

  /** Does all of it or nothing. */
  transaction<T>(work: () => T): T {
    this.sql.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.sql.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.sql.isTransaction) this.sql.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Resolves when all that was committed until now would survive a power failure; that of a process it survives at once. Only the log
   * of the database is opened here: a process that closes the database's own file once more gives up its lock. Its bytes and its size are
   * synced, and not its times, as SQLite does.
   */
  readonly sync = sharedSync(async () => {
    // Windows flushes only what may be written.
    this.#log ??= await open(join(this.#folder, `${fileName}-wal`), "r+").catch(absent);
    await this.#log?.datasync();
    if (!this.#named) await syncToDisk(this.#folder);
    this.#named = true;
  });

  close(): void {
    // It closes when it is not being synced any more.
    void this.#log?.close();
    this.sql.close();
  }
}

/** Opens and locks a database, brings its tables to this version, and sees whether it is whole. */
function openLocked(folder: string, path: string): DatabaseSync {
  const sql = new DatabaseSync(path);
  try {
    // The lock is the operating system's, so that a server that was killed leaves none behind.
    sql.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
    );
    if (statSync(path).size <= checkedBytes) checkPages(sql);
    prepareTables(sql, path);
    sql.exec("COMMIT");
    return sql;
  } catch (error) {
    sql.close();
    if ((error as { errcode?: number }).errcode !== 5) throw error;
    const there = servingAt(folder);
    const where = there ? ` It is at ${there.url}, process ${there.pid}.` : "";
    throw new FolderInUse(`Another server is using the data folder ${folder}.${where}`);
  }
}

/** What is wrong with the pages of a database; undefined if nothing is. Throws if SQLite cannot read so far. */
export function damageIn(sql: DatabaseSync): string | undefined {
  const [found] = Object.values(sql.prepare("PRAGMA quick_check(1)").get() ?? {});
  return found === "ok" ? undefined : String(found);
}

/** Throws as SQLite does when it meets a damaged page. */
function checkPages(sql: DatabaseSync): void {
  const damage = damageIn(sql);
  if (damage !== undefined) throw Object.assign(new Error(damage), { errcode: 11 });
}
