import assert from "node:assert/strict";
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileArtifacts, keepEarlier } from "../../artifacts/file-artifacts.ts";
import { Database } from "../../data-folder/database.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { finished, leased, notice, orderOf, request } from "../contract.fixture.ts";
import { SqliteQueue } from "./sqlite-queue.ts";

const fault = (error: unknown) => assert.fail(String(error));
const runCount = 300;
const idOf = (i: number) => `run-${String(i).padStart(4, "0")}`;

/** A folder whose database has many runs that ended, one that waits, a picture and what refers to it. */
async function filled(context: TestContext) {
  const folder = temporaryFolder(context);
  const database = new Database(folder);
  const queue = new SqliteQueue(database);
  const artifacts = fileArtifacts({ database, folder: join(folder, "artifacts"), onFault: fault });
  const picture = await artifacts.put(Buffer.from("a picture"));
  await artifacts.refer("run of it", [picture]);
  for (let i = 0; i < runCount; i++) {
    await queue.submit(idOf(i), request, orderOf(idOf(i)));
    const lease = await leased(queue);
    for (let n = 0; n < 5; n++) await queue.report(lease, notice("something that takes room in the log ".repeat(10)));
    await queue.report(lease, finished);
  }
  await queue.submit("waits", request, orderOf("waits"));
  await artifacts.close();
  database.close();
  return { folder, path: join(folder, "server.db"), picture };
}

/** Opens the database as a server does. */
function opened(folder: string): Database {
  return new Database(folder, (sql) => keepEarlier(sql, join(folder, "artifacts")));
}

/** Opens the folder again, as the next server does. */
async function reopened(context: TestContext, folder: string) {
  const database = opened(folder);
  context.after(() => database.sql.isOpen && database.close());
  const queue = new SqliteQueue(database);
  const artifacts = fileArtifacts({ database, folder: join(folder, "artifacts"), onFault: fault });
  await artifacts.removeLeftovers();
  await artifacts.settled();
  const ended: string[] = [];
  let before: number | undefined;
  do {
    const page = await queue.list({ state: "ended", limit: 100, before });
    ended.push(...page.runs.map(({ id }) => id));
    before = page.next;
  } while (before !== undefined);
  return { database, queue, artifacts, ended };
}

/** Overwrites pages of a file from that share of it on. */
function overwrite(path: string, share: number, pages: number): void {
  const at = Math.floor((statSync(path).size * share) / 4096) * 4096;
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(pages * 4096, 0xa5), 0, pages * 4096, at);
  closeSync(file);
}

const hopeless: readonly (readonly [string, (path: string) => void])[] = [
  ["zeroes", (path) => writeFileSync(path, Buffer.alloc(statSync(path).size))],
  ["garbage", (path) => writeFileSync(path, "this was never a database ".repeat(5000))],
  [
    "a folder",
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
];
for (const [damage, change] of hopeless) {
  test(`[K1] ${damage} in place of the database: it is kept aside, a new one is made, and pictures stay (C24)`, async (context) => {
    const { folder, path, picture } = await filled(context);
    change(path);
    const { database, artifacts, queue, ended } = await reopened(context, folder);
    assert.match(
      database.mended!,
      /^The database server\.db was damaged \(.+\), and is kept as server\.db\.damaged\. Nothing could be read of it; pictures/,
    );
    assert.deepEqual(ended, []);
    await using found = (await artifacts.open(picture))!;
    assert.equal(found.size, 9);
    await queue.submit("new", request, orderOf("new"));
    assert.equal((await leased(queue)).run, "new");
  });
}

const partial: readonly (readonly [string, (path: string) => void])[] = [
  ["was cut to two thirds", (path) => truncateSync(path, Math.floor((statSync(path).size * 2) / 3))],
  ["has pages of garbage in the middle", (path) => overwrite(path, 0.5, 4)],
  ["has pages of garbage near its end", (path) => overwrite(path, 0.9, 4)],
];
for (const [damage, change] of partial) {
  test(`[K1] a database that ${damage}: the server goes on with what can be read of it, and what it has is whole (C24)`, async (context) => {
    const { folder, path, picture } = await filled(context);
    change(path);
    const { database, artifacts, queue, ended } = await reopened(context, folder);
    context.diagnostic(database.mended!);
    assert.match(database.mended!, /The server goes on with what could be read of it: \d+ runs and 0 workflows\.$/);
    assert.ok(ended.length > 0 && ended.length <= runCount, `${ended.length} runs`);
    for (const id of ended) {
      const { seq, state } = (await queue.find(id))!;
      const events = await queue.events.read(id, 0, 1000);
      assert.deepEqual(
        [state, seq, events.map((event) => event.seq)],
        ["finished", events.length, events.map((_, i) => i + 1)],
        "its log has no gap",
      );
    }
    await using found = (await artifacts.open(picture))!;
    assert.equal(found.size, 9, "nobody knows what used it, so it stays");
    await queue.submit("new", request, orderOf("new"));
    const lease = await leased(queue);
    await queue.report(lease, finished);
    database.close();
    assert.equal(new Database(folder).mended, undefined, "it is whole from now on");
  });
}

test("[K1] what was kept aside is not touched, and a second one stands beside it", async (context) => {
  const { folder, path } = await filled(context);
  for (const name of ["server.db.damaged", "server.db.damaged.2"]) {
    writeFileSync(path, `garbage for ${name} `.repeat(1000));
    const before = readFileSync(path);
    new Database(folder).close();
    assert.deepEqual(readFileSync(join(folder, name)), before);
  }
  assert.deepEqual(drafts(folder), []);
});

const drafts = (folder: string) => readdirSync(folder).filter((name) => /mending|reading/.test(name));

test("[K1] a rescue that fails leaves the damaged database where it is, and the next start rescues it", async (context) => {
  const { folder, path } = await filled(context);
  overwrite(path, 0.9, 4);
  const before = readFileSync(path);
  // A full disk: the copy that is read cannot be made.
  mkdirSync(`${path}.reading`);
  for (let starts = 0; starts < 2; starts++) {
    assert.throws(() => opened(folder));
    assert.ok(readFileSync(path).equals(before), `start ${starts + 1}`);
  }
  rmSync(`${path}.reading`, { recursive: true });
  // Nor can it be noted what pictures there are.
  assert.throws(
    () =>
      new Database(folder, () => {
        throw new Error("no space left");
      }),
    /no space left/,
  );
  assert.ok(readFileSync(path).equals(before));
  assert.deepEqual(drafts(folder), []);
  const { database, ended } = await reopened(context, folder);
  assert.match(database.mended!, /kept as server\.db\.damaged\. The server goes on/);
  assert.ok(ended.length > 0, "runs came over");
  assert.deepEqual(drafts(folder), []);
});

test("[K1] a rescue whose process is killed in the middle is begun anew by the next start", async (context) => {
  const { folder, path } = await filled(context);
  overwrite(path, 0.9, 4);
  const half = temporaryFolder(context);
  const other = new Database(half);
  await new SqliteQueue(other).submit("of the half", request, orderOf("of the half"));
  other.close();
  renameSync(join(half, "server.db"), `${path}.mending`);
  writeFileSync(`${path}.reading`, "half a copy");
  const { queue, ended } = await reopened(context, folder);
  assert.ok(ended.length > 0, "runs came over");
  assert.equal(await queue.find("of the half"), undefined);
  assert.deepEqual(drafts(folder), []);
});

test("[K1] a rescue whose process is killed before the new database has its name is ended by the next start, which says so", async (context) => {
  const { folder, path, picture } = await filled(context);
  overwrite(path, 0.9, 4);
  opened(folder).close();
  renameSync(path, `${path}.mending`);
  writeFileSync(`${path}-wal`, "the log of the damaged one");
  const { database, artifacts, ended } = await reopened(context, folder);
  assert.match(
    database.mended!,
    /^The database server\.db was damaged \(as an earlier start found\), and is kept as server\.db\.damaged\. The server goes/,
  );
  assert.ok(ended.length > 0, "runs came over");
  assert.equal(readFileSync(`${path}.damaged-wal`, "utf8"), "the log of the damaged one");
  await using found = (await artifacts.open(picture))!;
  assert.equal(found.size, 9);
  database.close();
  assert.equal(new Database(folder).mended, undefined);
});

test("[K1] pictures that nobody is known to use stay, also if the process ends right after the rescue", async (context) => {
  const { folder, path } = await filled(context);
  const database = new Database(folder);
  const artifacts = fileArtifacts({ database, folder: join(folder, "artifacts"), onFault: fault });
  const unknown = await artifacts.put(Buffer.from("used by what is lost"));
  await artifacts.close();
  database.close();
  overwrite(path, 0.9, 4);
  opened(folder).close();
  const next = await reopened(context, folder);
  assert.equal(next.database.mended, undefined);
  await using found = await next.artifacts.open(unknown);
  assert.ok(found, "it is there");
});

test("[K1] a database that is whole is opened as it is, and one that another server has is not taken for damaged", async (context) => {
  const { folder } = await filled(context);
  const first = new Database(folder);
  context.after(() => first.close());
  assert.equal(first.mended, undefined);
  assert.throws(() => new Database(folder), /Another server is using the data folder/);
});
