import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { Database } from "../../data-folder/database.ts";
import { packJson } from "../../files/packed-json.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import type { RunOutput } from "../../wire/wire.ts";
import { output } from "../contract.fixture.ts";
import { queueContract } from "../queue.contract.ts";
import { SqliteQueue } from "./sqlite-queue.ts";

function openQueue(context: TestContext, folder = temporaryFolder(context)) {
  let database = new Database(folder);
  context.after(() => database.close());
  return {
    database,
    queue: new SqliteQueue(database),
    async restart() {
      database.close();
      database = new Database(folder);
      return new SqliteQueue(database);
    },
  };
}

queueContract("sqlite", (context) => openQueue(context));

const document = '{"format":"clipwork/1","nodes":{"one":{"type":"math.constant","version":1,"params":{"value":3}}}}';
const checked = new Uint8Array([1, 0, 2]);
const request = {
  title: "Title",
  document: packJson(document),
  set: { seed: 3 },
  targets: ["one"],
  fresh: true,
  warnings: [],
  priority: "normal" as const,
  kinds: { k: 1 },
};

test("[Q23] runs that wait since before there were owners keep their order, and others take turns with them", async (context) => {
  const { database, queue, restart } = openQueue(context);
  for (const id of ["1", "2", "3"]) await queue.submit(id, request, checked);
  const version = Number(database.sql.prepare("PRAGMA user_version").get()!.user_version);
  // The last three steps, backwards.
  database.sql.exec(`DROP TRIGGER note_end; DROP TABLE ends; ALTER TABLE hooks DROP COLUMN states; ALTER TABLE durations DROP COLUMN bytes;
    DROP INDEX runs_by_state; DROP TABLE turns; ALTER TABLE runs DROP COLUMN owner;
    CREATE INDEX runs_by_state ON runs (state, priority, rank); PRAGMA user_version = ${version - 3}`);
  const next = await restart();
  assert.deepEqual(await next.waiting(), ["1", "2", "3"]);
  await next.submit("a1", { ...request, owner: "a" }, checked);
  assert.deepEqual(await next.waiting(), ["1", "a1", "2", "3"]);
  assert.equal((await next.record("1"))!.owner, undefined);
  assert.equal((await next.lease())!.run, "1");
});

test("[Q8] many runs go in one transaction, and those that wait hear once that their places may have changed", async (context) => {
  const { database, queue } = openQueue(context);
  for (let i = 0; i < 40; i++) await queue.submit(`ended ${i}`, request, checked);
  await queue.cancelWaiting();
  for (let i = 0; i < 5; i++) await queue.submit(`waits ${i}`, request, checked);
  const transactions = context.mock.method(database, "transaction");
  const [changed, gone]: string[][] = [[], []];
  queue.watch({ changed: (run) => changed!.push(run), gone: (run) => gone!.push(run) });
  assert.equal(await queue.retain(10), 30);
  assert.deepEqual(
    gone,
    Array.from({ length: 30 }, (_, i) => `ended ${29 - i}`),
  );
  assert.deepEqual(
    changed,
    Array.from({ length: 5 }, (_, i) => `waits ${i}`),
  );
  assert.equal(transactions.mock.callCount(), 1);
});

test("[Q7] of a run that was removed no table has a row", async (context) => {
  const { database, queue } = openQueue(context);
  await queue.submit("a", request, checked);
  const lease = await queue.lease();
  await queue.report(lease!, { event: "run.output", output: output(0, "a".repeat(64)) });
  const rows = () =>
    ["runs", "requests", "events", "outputs", "checked"].map((table) =>
      Number(database.sql.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count),
    );
  assert.deepEqual(rows(), [1, 1, 2, 1, 1]);
  await queue.report(lease!, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 });
  await queue.remove("a");
  assert.deepEqual(rows(), [0, 0, 0, 0, 0]);
});

test("[Q13] lists, records, the queue, numbers and logs of runs read no document", async (context) => {
  const { database, queue } = openQueue(context);
  const ids = ["a", "b", "c"];
  for (const id of ids) await queue.submit(id, request, checked);
  await queue.lease();
  database.sql.exec("UPDATE requests SET document = '{', settings = '{', warnings = '{', targets = '{'");
  await assert.rejects(queue.find("a"), SyntaxError);
  assert.deepEqual(
    (await queue.list({ limit: 9 })).runs.map(({ id, state }) => [id, state]),
    [
      ["c", "queued"],
      ["b", "queued"],
      ["a", "running"],
    ],
  );
  assert.equal((await queue.record("a"))!.attempts, 1);
  assert.deepEqual([await queue.events.last("a"), (await queue.events.read("a", 0, 9)).length], [1, 1]);
  assert.deepEqual(await queue.waiting(), ["b", "c"]);
  assert.deepEqual(await queue.kinds("b"), { k: 1 });
  assert.ok(await queue.move("c", 0));
  assert.equal((await queue.lease())!.run, "c");
});

test("[Q14] what was checked is kept while a run waits or runs, and until a server ends", async (context) => {
  const { database, queue } = openQueue(context);
  const count = () => database.sql.prepare("SELECT count(*) AS n FROM checked").get()!.n;
  for (const id of ["done", "removed", "left"]) await queue.submit(id, request, checked);
  const lease = await queue.lease();
  assert.equal(count(), 3);
  await queue.report(lease!, { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 });
  assert.equal(count(), 2);
  await queue.remove("removed");
  assert.equal(count(), 1);
  await queue.forgetOrders();
  assert.equal(count(), 0);
});

test("[Q15] a change that cannot be stored whole is not stored at all", async (context) => {
  const { database, queue } = openQueue(context);
  await queue.submit("a", request, checked);
  const lease = (await queue.lease())!;
  database.sql.exec("CREATE TRIGGER full BEFORE UPDATE OF ended ON runs BEGIN SELECT raise(ABORT, 'disk full'); END");
  const end = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 } as const;
  await assert.rejects(queue.report(lease, end), /disk full/);
  assert.deepEqual([(await queue.record("a"))!.state, await queue.events.last("a")], ["running", 1]);
  const together = [queue.report(lease, { event: "notice", message: "x" }), queue.report(lease, end)];
  for (const { status } of await Promise.allSettled(together)) assert.equal(status, "rejected");
  assert.deepEqual([(await queue.record("a"))!.state, await queue.events.last("a")], ["running", 1]);
  database.sql.exec("DROP TRIGGER full");
  assert.equal((await queue.report(lease, end))!.seq, 2);
});

test("[Q15] a watcher that throws fails the report of its event alone, and all are stored", async (context) => {
  const { queue } = openQueue(context);
  await queue.submit("a", request, checked);
  const lease = (await queue.lease())!;
  queue.watch({
    event({ seq }) {
      if (seq === 2) throw new Error("a watcher's fault");
    },
  });
  const notice = { event: "notice", message: "x" } as const;
  const [first, second] = await Promise.allSettled([queue.report(lease, notice), queue.report(lease, notice)]);
  assert.deepEqual([first?.status, second?.status], ["rejected", "fulfilled"]);
  assert.equal(await queue.events.last("a"), 3);
});

test("[L3] a lost lease takes none but its own with it of what was reported at once", async (context) => {
  const { queue } = openQueue(context);
  for (const id of ["a", "b"]) await queue.submit(id, request, checked);
  const [lost, held] = [(await queue.lease())!, (await queue.lease())!];
  await queue.giveBack(lost, "gone");
  const notice = { event: "notice", message: "x" } as const;
  const all = await Promise.allSettled([queue.report(lost, notice), queue.report(held, notice)]);
  assert.deepEqual(
    all.map(({ status }) => status),
    ["rejected", "fulfilled"],
  );
});

const picture = "a".repeat(64);
/** What 0.1 said of an output, which was always a picture. */
const oldOutput = { node: "save", item: 0, name: "x", width: 64, height: 32, picture, thumbnail: "b".repeat(64) };
const oldEvents = [
  { event: "run.output", output: oldOutput, seq: 1, run: "ended", time: 6 },
  { event: "notice", message: '{"event":"run.output"}', seq: 2, run: "ended", time: 7 },
];

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
  sql.prepare("INSERT INTO revisions VALUES ('w', 1, 'Old', ?, 5)").run(document);
  sql.exec(`INSERT INTO events VALUES (1, 1, '{"event":"run.queued","seq":1,"run":"waiting","time":5}')`);
  sql.prepare("INSERT INTO outputs VALUES (2, 'save', 0, ?)").run(JSON.stringify(oldOutput));
  for (const event of oldEvents)
    sql.prepare("INSERT INTO events VALUES (2, ?, ?)").run(event.seq, JSON.stringify(event));
  sql.close();
}

test("[Q16] the runs of a database of 0.1 are all there, and one that waits has to be checked", async (context) => {
  const folder = temporaryFolder(context);
  databaseOf01(folder);
  const { database, queue } = openQueue(context, folder);
  const saved = database.sql.prepare("SELECT document FROM revisions").get()!;
  assert.deepEqual(saved.document, packJson(document), "saved workflows are packed as well");
  assert.deepEqual(
    (await queue.list({ limit: 9 })).runs.map(({ id, state, title }) => [id, state, title]),
    [
      ["ended", "finished", "Old"],
      ["waiting", "queued", "Old"],
    ],
  );
  for (const id of ["waiting", "ended"]) {
    const { document: found, set, targets, warnings } = (await queue.find(id))!;
    assert.deepEqual(
      { found, set, targets, kinds: await queue.kinds(id), warnings },
      { found: packJson(document), set: { seed: 3 }, targets: ["one"], kinds: { k: 2, l: 1 }, warnings: [] },
    );
  }
  assert.equal((await queue.events.read("waiting", 0, 9)).length, 1);
  const output: RunOutput = {
    ...oldOutput,
    kind: "image",
    view: { kind: "picture", picture, width: 64, height: 32 },
    files: [{ ending: ".png", media: "image/png", hash: picture }],
  };
  assert.deepEqual((await queue.record("ended"))!.outputs, [output]);
  assert.deepEqual(await queue.events.read("ended", 0, 9), [{ ...oldEvents[0], output }, oldEvents[1]]);
  assert.deepEqual(await queue.lease(), { run: "waiting", token: 1, attempts: 1, fresh: true, order: undefined });
});
