import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { packJson } from "../files/packed-json.ts";
import { absent, syncToDisk } from "../files/whole-file.ts";

const fileName = "server.db";
/** How the tables came to be, step by step: a file of an older version takes the steps that it lacks. Steps never change. */
const steps = [
  `
  CREATE TABLE runs (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    rank REAL,
    title TEXT NOT NULL,
    workflow TEXT,
    document TEXT NOT NULL,
    settings TEXT NOT NULL,
    targets TEXT,
    fresh INTEGER NOT NULL,
    warnings TEXT NOT NULL,
    created REAL NOT NULL,
    started REAL,
    ended REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    seq INTEGER NOT NULL DEFAULT 0,
    error TEXT
  );
  CREATE INDEX runs_by_state ON runs (state, rank);
  CREATE INDEX runs_by_workflow ON runs (workflow, n);
  CREATE TABLE events (run INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, seq)) WITHOUT ROWID;
  CREATE TABLE outputs (
    run INTEGER NOT NULL, node TEXT NOT NULL, item INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (run, node, item)
  ) WITHOUT ROWID;
  CREATE TABLE refs (hash TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (hash, owner)) WITHOUT ROWID;
  CREATE INDEX refs_by_owner ON refs (owner);
  CREATE TABLE uploads (hash TEXT PRIMARY KEY, bytes INTEGER NOT NULL, body TEXT NOT NULL, time REAL NOT NULL) WITHOUT ROWID;
  CREATE TABLE workflows (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, revision INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE revisions (
    workflow TEXT NOT NULL, revision INTEGER NOT NULL, title TEXT NOT NULL, document TEXT NOT NULL, time REAL NOT NULL,
    PRIMARY KEY (workflow, revision)
  ) WITHOUT ROWID;
  CREATE TABLE durations (kind TEXT PRIMARY KEY, ms REAL NOT NULL, time REAL NOT NULL) WITHOUT ROWID;
`,
  "ALTER TABLE runs ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]'",
  // What was checked of a run that waits or runs, as its worker is ordered to run it.
  "CREATE TABLE checked (run INTEGER PRIMARY KEY, body BLOB NOT NULL)",
  // A row of `runs` is short: a database reads through a document to get at what stands behind it.
  `
  CREATE TABLE requests (
    run INTEGER PRIMARY KEY, kinds TEXT NOT NULL, settings TEXT NOT NULL, targets TEXT, warnings TEXT NOT NULL, document TEXT NOT NULL
  );
  INSERT INTO requests SELECT n, kinds, settings, targets, warnings, document FROM runs;
  ALTER TABLE runs DROP COLUMN document;
  ALTER TABLE runs DROP COLUMN settings;
  ALTER TABLE runs DROP COLUMN targets;
  ALTER TABLE runs DROP COLUMN warnings;
  ALTER TABLE runs DROP COLUMN kinds;
`,
  // The kinds of work with how many nodes are of each, where every node had its own entry before.
  `
  UPDATE requests SET kinds = (
    SELECT json_group_object(value, n) FROM (SELECT value, count(*) AS n FROM json_each(requests.kinds) GROUP BY value)
  );
`,
  // Somebody asked to cancel the run while it was leased.
  "ALTER TABLE runs ADD COLUMN stopping INTEGER NOT NULL DEFAULT 0",
  // Outputs of 0.1 were pictures, and said nothing else: now they say their kind, view and files.
  `
  UPDATE outputs SET body = json_set(body, '$.kind', 'image', '$.view', json_object(
      'kind', 'picture', 'picture', body ->> '$.picture', 'width', body ->> '$.width', 'height', body ->> '$.height'
    ), '$.files', json_array(json_object('ending', '.png', 'media', 'image/png', 'hash', body ->> '$.picture')))
  WHERE body ->> '$.files' IS NULL;
  UPDATE events SET body = json_set(body, '$.output.kind', 'image', '$.output.view', json_object(
      'kind', 'picture', 'picture', body ->> '$.output.picture', 'width', body ->> '$.output.width',
      'height', body ->> '$.output.height'
    ), '$.output.files', json_array(json_object('ending', '.png', 'media', 'image/png', 'hash', body ->> '$.output.picture')))
  WHERE body LIKE '{"event":"run.output"%' AND body ->> '$.output.files' IS NULL;
`,
  // Documents are kept packed: storing a large one must not take the server's time.
  "UPDATE requests SET document = packed(document); UPDATE revisions SET document = packed(document);",
  // Why a revision was kept, and when a workflow was deleted that can still be brought back.
  `
  ALTER TABLE revisions ADD COLUMN reason TEXT NOT NULL DEFAULT 'saved';
  ALTER TABLE workflows ADD COLUMN deleted REAL;
`,
  // Runs wait by priority (0 is the first to run), and say in lists what they paint; a run in passing has a name. The queue can be paused.
  `
  ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE runs ADD COLUMN caption TEXT;
  ALTER TABLE runs ADD COLUMN seed REAL;
  ALTER TABLE runs ADD COLUMN passing TEXT;
  DROP INDEX runs_by_state;
  CREATE INDEX runs_by_state ON runs (state, priority, rank);
  CREATE INDEX runs_in_passing ON runs (n) WHERE passing IS NOT NULL;
  CREATE TABLE queue (paused INTEGER NOT NULL);
  INSERT INTO queue VALUES (0);
`,
  // In how many runs a kind of work was seen: the first one says little.
  "ALTER TABLE durations ADD COLUMN runs INTEGER NOT NULL DEFAULT 2",
  // What browsers show in place of a token, and when they last did.
  "CREATE TABLE sessions (hash TEXT PRIMARY KEY, token TEXT NOT NULL, used REAL NOT NULL) WITHOUT ROWID",
  // How often a run was lost in a row without getting further, and its newest event when it was leased last.
  "ALTER TABLE runs ADD COLUMN lost INTEGER NOT NULL DEFAULT 0; ALTER TABLE runs ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
];

/** Says that another process has the folder's database open. */
export class FolderInUse extends Error {}

/** The tables of a server: queue, event log, workflows. One process at a time. */
export class Database {
  readonly sql: DatabaseSync;
  readonly #folder: string;
  /** Its files have their names on the disk. */
  #named = false;

  /**
   * Opens the database of a data folder, and locks it until the process ends, however it ends. Throws FolderInUse when
   * another process has the lock, and a sentence when the file is of a newer version.
   */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.sql = new DatabaseSync(join(folder, fileName));
    try {
      // The lock is the operating system's, so that a server that was killed leaves none behind.
      this.sql.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      this.transaction(() => this.#prepare(folder));
    } catch (error) {
      this.sql.close();
      if ((error as { errcode?: number }).errcode !== 5) throw error;
      throw new FolderInUse(`Another server is using the data folder ${folder}.`);
    }
  }

  #prepare(folder: string): void {
    this.sql.function("packed", (text: unknown) => packJson(String(text)));
    // SQLite's own lower() knows the letters of ASCII alone.
    this.sql.function("folded", { deterministic: true }, (text: unknown) => String(text).toLowerCase());
    const { user_version: found } = this.sql.prepare("PRAGMA user_version").get() as { user_version: number };
    if (found > steps.length) throw new Error(`${join(folder, fileName)} was written by a newer version of Clipwork.`);
    for (const step of steps.slice(found)) this.sql.exec(step);
    this.sql.exec(`PRAGMA user_version = ${steps.length}`);
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
   * of the database is opened here: a process that closes the database's own file once more gives up its lock.
   */
  async sync(): Promise<void> {
    await syncToDisk(join(this.#folder, `${fileName}-wal`)).catch(absent);
    if (!this.#named) await syncToDisk(this.#folder);
    this.#named = true;
  }

  close(): void {
    this.sql.close();
  }
}
