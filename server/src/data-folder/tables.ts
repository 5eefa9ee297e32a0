import type { DatabaseSync } from "node:sqlite";
import { packJson } from "../files/packed-json.ts";

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
  // Messages of webhooks, and since when the runs that end are announced to each; one without `due` is over.
  `
  CREATE TABLE deliveries (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL, ended REAL NOT NULL, attempts INTEGER NOT NULL, due REAL
  ) WITHOUT ROWID;
  CREATE INDEX deliveries_by_due ON deliveries (due);
  CREATE TABLE hooks (url TEXT PRIMARY KEY, since REAL NOT NULL) WITHOUT ROWID;
`,
  // What tokens with limits submitted within the last hour, or wait for.
  `
  CREATE TABLE submissions (run TEXT PRIMARY KEY, token TEXT NOT NULL, time REAL NOT NULL, waits INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX submissions_by_token ON submissions (token, time);
`,
  // Who submitted a run, '' for the server's own token, and in which order owners had their last turn.
  `
  ALTER TABLE runs ADD COLUMN owner TEXT NOT NULL DEFAULT '';
  DROP INDEX runs_by_state;
  CREATE INDEX runs_by_state ON runs (state, priority, rank, owner);
  CREATE TABLE turns (owner TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
`,
  // What an item of a kind of work writes; NULL if it has not run since this was counted.
  "ALTER TABLE durations ADD COLUMN bytes REAL",
  // Runs whose end is still to be announced, noted in the step that ends them; and of which ends each webhook is told, null for all.
  `
  ALTER TABLE hooks ADD COLUMN states TEXT;
  CREATE TABLE ends (n INTEGER PRIMARY KEY, run TEXT NOT NULL);
  CREATE TRIGGER note_end AFTER UPDATE OF ended ON runs WHEN NEW.ended IS NOT NULL AND NEW.passing IS NULL AND EXISTS (SELECT 1 FROM hooks)
  BEGIN
    INSERT INTO ends (run) VALUES (NEW.id);
  END;
`,
];

/** Brings the tables of a database to this version, inside a transaction of the caller. Throws a sentence if the file is of a newer version. */
export function prepareTables(sql: DatabaseSync, path: string): void {
  sql.function("packed", (text: unknown) => packJson(String(text)));
  // SQLite's own lower() knows the letters of ASCII alone.
  sql.function("folded", { deterministic: true }, (text: unknown) => String(text).toLowerCase());
  const { user_version: found } = sql.prepare("PRAGMA user_version").get() as { user_version: number };
  if (found > steps.length) throw new Error(`${path} was written by a newer version of Clipwork.`);
  for (const step of steps.slice(found)) sql.exec(step);
  sql.exec(`PRAGMA user_version = ${steps.length}`);
}
