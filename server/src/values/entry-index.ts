import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { priorityOf } from "./eviction.ts";
import type { StoredEntry } from "./value-store.ts";

const fileName = ".index";
/** How long another process may be writing, in milliseconds: it writes a row, or those of one folder. */
const patience = 10_000;
/** Numbers of SQLite: SQLITE_CORRUPT, SQLITE_NOTADB and SQLITE_ERROR, which says that a table is not there. */
const damaged: readonly number[] = [11, 26, 1];

// Not synced, and with a journal that needs no shared memory: what a power failure damages is made anew, and the folder may lie on another machine.
const settings = "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;";
const version = 1;
const tables = `
  CREATE TABLE entries (
    key TEXT PRIMARY KEY, size INTEGER NOT NULL, cost REAL NOT NULL, since REAL NOT NULL, used REAL NOT NULL, worth REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX by_worth ON entries (worth, used);
  CREATE TABLE totals (bytes INTEGER NOT NULL, compared REAL NOT NULL) STRICT;
  INSERT INTO totals VALUES (0, 0);
  CREATE TRIGGER added AFTER INSERT ON entries BEGIN UPDATE totals SET bytes = bytes + new.size; END;
  CREATE TRIGGER removed AFTER DELETE ON entries BEGIN UPDATE totals SET bytes = bytes - old.size; END;
  CREATE TRIGGER changed AFTER UPDATE ON entries BEGIN UPDATE totals SET bytes = bytes + new.size - old.size; END;
  PRAGMA user_version = ${version};`;

/**
 * What is known of a store's entries without looking at its files: how many bytes they have, and which are worth least. It is made of the
 * files, which are the truth, and may lag behind them: a use is written into the file alone, so that an entry is worth what its row says or
 * more. One that is missing or damaged is begun anew, and has then not been compared. Several processes use it at once.
 */
export class EntryIndex {
  readonly #path: string;
  readonly #patienceMs: number;
  #open: ReturnType<typeof open> | undefined;
  /** What is to be put at the end of the turn, or before anything is asked. */
  #due: StoredEntry[] = [];
  /** A row could not be written. */
  #lacks = false;

  /** The index of the store in that folder, which has to be there when it is first used. */
  constructor(folder: string, patienceMs = patience) {
    this.#path = join(folder, fileName);
    this.#patienceMs = patienceMs;
  }

  /** Bytes of all entries. */
  get bytes(): number {
    return this.#use((_sql, _put, totals) => Number(totals.get()!.bytes));
  }

  /** When it was last compared with all files, in milliseconds since 1970; 0 if never, or if it is known to lack an entry. */
  get compared(): number {
    this.#putDue();
    return this.#lacks ? 0 : this.#use((_sql, _put, totals) => Number(totals.get()!.compared));
  }

  set compared(time: number) {
    this.#use((sql) => void sql.prepare("UPDATE totals SET compared = ?").run(time));
    this.#lacks = false;
  }

  /** The highest clock of any entry, 0 if there is none. */
  get latest(): number {
    return this.#use((sql) => Number(sql.prepare("SELECT max(since) AS latest FROM entries").get()!.latest ?? 0));
  }

  /** So many of the entries that are worth least, in that order. */
  least(count: number): StoredEntry[] {
    const text = "SELECT key, size, cost, since, used FROM entries ORDER BY worth, used LIMIT ?";
    return this.#use((sql) => sql.prepare(text).all(count) as StoredEntry[]);
  }

  /** The first characters of all keys, so many of each. */
  beginnings(length: number): string[] {
    const text = "SELECT DISTINCT substr(key, 1, ?) AS beginning FROM entries";
    return this.#use((sql) =>
      sql
        .prepare(text)
        .all(length)
        .map(({ beginning }) => String(beginning)),
    );
  }

  /** The keys that begin so. */
  keysBeginning(beginning: string): string[] {
    // No key has a character above those of ASCII.
    const text = "SELECT key FROM entries WHERE key >= ? AND key < ? || char(128)";
    return this.#use((sql) =>
      sql
        .prepare(text)
        .all(beginning, beginning)
        .map(({ key }) => String(key)),
    );
  }

  /**
   * Adds an entry, or writes anew what is known of it, at the end of the turn, with all others of that turn. If that cannot be written, since
   * others write for too long or the disk is full, it is left to the next comparison.
   */
  put(entry: StoredEntry): void {
    if (this.#due.push(entry) === 1) setImmediate(() => this.#putDue());
  }

  #putDue(): void {
    const due = this.#due;
    if (due.length === 0) return;
    this.#due = [];
    try {
      this.#use((sql, put) =>
        atOnce(sql, () => {
          for (const entry of due) run(put, entry);
        }),
      );
    } catch (error) {
      if (codeOf(error) === 0) throw error;
      this.#lacks = true;
    }
  }

  /** Adds or changes some entries and removes others, all at once. */
  change(entries: readonly StoredEntry[], gone: readonly string[]): void {
    if (entries.length + gone.length === 0) return;
    this.#use((sql, put) =>
      atOnce(sql, () => {
        const remove = sql.prepare("DELETE FROM entries WHERE key = ?");
        for (const key of gone) remove.run(key);
        for (const entry of entries) run(put, entry);
      }),
    );
  }

  /** Begins anew if its pages do not hold together. */
  check(): void {
    this.#use((sql) => {
      const [found] = Object.values(sql.prepare("PRAGMA quick_check(1)").get()!);
      if (found !== "ok") throw damage(String(found));
    });
  }

  close(): void {
    this.#putDue();
    this.#open?.sql.close();
    this.#open = undefined;
  }

  #use<T>(work: Work<T>): T {
    this.#putDue();
    try {
      return this.#try(work);
    } catch (error) {
      if (!damaged.includes(codeOf(error))) throw error;
      this.close();
      for (const ending of ["", "-journal"]) rmSync(this.#path + ending, { force: true });
      return this.#try(work);
    }
  }

  #try<T>(work: Work<T>): T {
    // Another process may have begun it anew.
    const there = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    if (this.#open && this.#open.file !== there) this.close();
    this.#open ??= open(this.#path, this.#patienceMs);
    return work(this.#open.sql, this.#open.put, this.#open.totals);
  }
}

/** What is done with an index that is open: what is asked with each run is prepared once. */
type Work<T> = (sql: DatabaseSync, put: StatementSync, totals: StatementSync) => T;

function open(path: string, timeout: number) {
  const sql = new DatabaseSync(path, { timeout });
  try {
    sql.exec(settings);
    const versionOf = () => sql.prepare("PRAGMA user_version").get()!.user_version;
    if (versionOf() === 0)
      atOnce(sql, () => {
        // Another process may have made them meanwhile.
        if (versionOf() === 0) sql.exec(tables);
      });
    if (versionOf() !== version) throw damage("it was made by another version");
    const put = sql.prepare(
      `INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
       SET size = excluded.size, cost = excluded.cost, since = excluded.since, used = excluded.used, worth = excluded.worth`,
    );
    const totals = sql.prepare("SELECT bytes, compared FROM totals");
    return { sql, put, totals, file: statSync(path, { throwIfNoEntry: false })?.ino };
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** Does all of it or nothing. */
function atOnce(sql: DatabaseSync, work: () => void): void {
  sql.exec("BEGIN IMMEDIATE");
  try {
    work();
    sql.exec("COMMIT");
  } catch (error) {
    if (sql.isTransaction) sql.exec("ROLLBACK");
    throw error;
  }
}

/** What is thrown of an index that has to be begun anew, as SQLite throws it. */
function damage(what: string): Error {
  return Object.assign(new Error(what), { errcode: damaged[0] });
}

function run(put: StatementSync, entry: StoredEntry): void {
  const { key, size, cost, since, used } = entry;
  put.run(key, size, cost, since, used, priorityOf(entry));
}

/** SQLite's number for what went wrong, of an extended one the kind; 0 if it is no error of SQLite's. */
function codeOf(error: unknown): number {
  return ((error as { readonly errcode?: number }).errcode ?? 0) & 255;
}
