import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { ArtifactKeeper } from "../artifacts/artifact-keeper.ts";
import { Database } from "../data-folder/database.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { RunStore } from "./run-store.ts";

function openStore(context: TestContext, folder = temporaryFolder(context)) {
  const database = new Database(folder);
  context.after(() => database.close());
  return {
    database,
    store: new RunStore(database, new ArtifactKeeper(database, artifactFiles(join(folder, "artifacts")))),
  };
}

const document = '{"format":"clipwork/1","nodes":{"one":{"type":"math.constant","version":1,"params":{"value":3}}}}';
const checked = new Uint8Array([1, 0, 2]);
const request = {
  title: "Title",
  document,
  set: { seed: 3 },
  targets: ["one"],
  fresh: true,
  warnings: [],
  kinds: { k: 1 },
  assets: [],
};

test("a run is given back as it was asked for, with what was checked when it is begun", (context) => {
  const { store } = openStore(context);
  const id = store.submit(request, checked, false);
  const { document: found, set, targets, fresh } = store.find(id)!;
  assert.deepEqual(
    { found, set, targets, fresh },
    { found: document, set: { seed: 3 }, targets: ["one"], fresh: true },
  );
  assert.deepEqual(store.claim(), { id, fresh: true, attempts: 1, checked });
});

test("lists, summaries, the queue, numbers and logs of runs read no document", (context) => {
  const { database, store } = openStore(context);
  const ids = [1, 2, 3].map(() => store.submit(request, checked, false));
  store.claim();
  database.sql.exec("UPDATE requests SET document = '{', settings = '{', warnings = '{', targets = '{'");
  assert.throws(() => store.find(ids[0]!), SyntaxError);
  assert.deepEqual(
    store.list({ limit: 9 }).runs.map(({ id, state }) => [id, state]),
    [
      [ids[2], "queued"],
      [ids[1], "queued"],
      [ids[0], "running"],
    ],
  );
  assert.equal(store.record(ids[0]!)!.attempts, 1);
  assert.deepEqual([store.seq(ids[0]!), store.events(ids[0]!, 0, 9).length], [1, 1]);
  assert.deepEqual(store.queued(), [ids[1], ids[2]]);
  assert.deepEqual(store.kinds(ids[1]!), { k: 1 });
  assert.ok(store.move(ids[2]!, 0));
  assert.equal(store.claim()!.id, ids[2]);
});

test("what was checked is kept while a run waits or runs, and until a server ends", (context) => {
  const { database, store } = openStore(context);
  const count = () => database.sql.prepare("SELECT count(*) AS n FROM checked").get()!.n;
  const [done, removed] = [1, 2].map(() => store.submit(request, checked, false));
  store.submit(request, checked, false);
  store.claim();
  assert.equal(count(), 3);
  store.append(done!, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 });
  assert.equal(count(), 2);
  store.remove(removed!);
  assert.equal(count(), 1);
  store.forgetChecked();
  assert.equal(store.claim()!.checked, undefined);
});

/** The tables as 0.1 made them, with a run that waits and one that ended. */
function databaseOf01(folder: string): void {
  const sql = new DatabaseSync(join(folder, "server.db"));
  sql.exec(`
    CREATE TABLE runs (
      n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, rank REAL, title TEXT NOT NULL, workflow TEXT,
      document TEXT NOT NULL, settings TEXT NOT NULL, targets TEXT, fresh INTEGER NOT NULL, warnings TEXT NOT NULL, created REAL NOT NULL,
      started REAL, ended REAL, attempts INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0, error TEXT
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
    ALTER TABLE runs ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]';
    PRAGMA user_version = 2;
  `);
  const insert = sql.prepare(
    `INSERT INTO runs (id, state, rank, title, document, settings, targets, fresh, warnings, created, ended, seq, kinds)
     VALUES (?, ?, ?, 'Old', ?, '{"seed":3}', '["one"]', 1, '[]', 5, ?, 1, '["k","l","k"]')`,
  );
  insert.run("waiting", "queued", 1, document, null);
  insert.run("ended", "finished", null, document, 9);
  sql.exec(`INSERT INTO events VALUES (1, 1, '{"event":"run.queued","seq":1,"run":"waiting","time":5}')`);
  sql.close();
}

test("the runs of a database of 0.1 are all there, and one that waits has to be checked", (context) => {
  const folder = temporaryFolder(context);
  databaseOf01(folder);
  const { store } = openStore(context, folder);
  assert.deepEqual(
    store.list({ limit: 9 }).runs.map(({ id, state, title }) => [id, state, title]),
    [
      ["ended", "finished", "Old"],
      ["waiting", "queued", "Old"],
    ],
  );
  for (const id of ["waiting", "ended"]) {
    const { document: found, set, targets, warnings } = store.find(id)!;
    assert.deepEqual(
      { found, set, targets, warnings },
      { found: document, set: { seed: 3 }, targets: ["one"], warnings: [] },
    );
    assert.deepEqual(store.kinds(id), { k: 2, l: 1 });
  }
  assert.equal(store.events("waiting", 0, 9).length, 1);
  assert.deepEqual(store.claim(), { id: "waiting", fresh: true, attempts: 1, checked: undefined });
});
