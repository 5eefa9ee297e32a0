import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { AuditLog, auditMs, auditState, readAudit, refusalsAMinute } from "./audit.ts";

const entry = (who: string, n: number) => ({ who, what: "post /runs", about: { run: `r${n}` }, outcome: 201 });
const filesOf = (data: string) => readdirSync(join(data, "audit")).toSorted();

test("[A17] changes and refusals are read as one log, newest first, by token, in pages that together have each once", async (context) => {
  const data = temporaryFolder(context);
  const log = new AuditLog(data, () => 1000);
  for (let n = 0; n < 10; n++) {
    log.changed(entry(n % 2 === 0 ? "anna" : "phone", n));
    log.refused({ who: "nobody", from: "10.0.0.1", what: "get /", outcome: 401 });
  }
  const all = (await readAudit(data, { limit: 100 })).items;
  assert.equal(all.length, 20);
  assert.deepEqual(
    all.map(({ who }) => who).slice(0, 4),
    ["nobody", "phone", "nobody", "anna"],
    "entries of one moment keep their order",
  );
  const paged = [];
  for (let before: string | undefined, more = true; more; ) {
    const { items, next } = await readAudit(data, { before, limit: 3 });
    paged.push(...items);
    before = next;
    more = next !== undefined;
  }
  assert.deepEqual(paged, all);
  const mine = (await readAudit(data, { token: "anna", limit: 3 })).items;
  assert.deepEqual(
    mine.map(({ about }) => about?.run),
    ["r8", "r6", "r4"],
  );
  log.close();
});

test("[A17] the log goes on after a restart, keeps to itself, and a line that was cut off costs nothing else", async (context) => {
  const data = temporaryFolder(context);
  const first = new AuditLog(data, () => 1000);
  first.changed(entry("anna", 1));
  first.close();
  const [file] = filesOf(data);
  const path = join(data, "audit", file!);
  if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
  appendFileSync(path, '{"time":"1970-01-01T00:00:01.5');
  const [second, beside] = [new AuditLog(data, () => 2000), new AuditLog(data, () => 3000)];
  second.changed(entry("anna", 2));
  beside.changed(entry("command line", 3));
  assert.deepEqual(filesOf(data), [file], "both write in the newest file");
  const { items } = await readAudit(data, { limit: 10 });
  assert.deepEqual(
    items.map(({ about }) => about?.run),
    ["r3", "r2", "r1"],
  );
  for (const one of [second, beside]) one.close();
});

test("[A17] what is old is removed, files are bounded, and refusals push out no changes", async (context) => {
  const data = temporaryFolder(context);
  let now = 1_000_000_000_000;
  const log = new AuditLog(data, () => now);
  log.changed(entry("anna", 0));
  const long = "x".repeat(100_000);
  for (let n = 0; n < 200; n++) {
    now += 60_000;
    log.refused({ who: "nobody", what: `get /${long}`, outcome: 401 });
  }
  const refused = filesOf(data).filter((name) => name.startsWith("refused"));
  assert.equal(refused.length, 4, "20 MB of refusals have 4 files");
  for (const name of refused) assert.ok(statSync(join(data, "audit", name)).size <= 2 ** 20 + 200_000);
  assert.equal((await readAudit(data, { token: "anna", limit: 1 })).items.length, 1);
  now += auditMs / 2;
  log.changed(entry("anna", 1));
  now += auditMs + 8 * 24 * 3600 * 1000;
  log.changed(entry("anna", 2));
  const kept = (await readAudit(data, { token: "anna", limit: 9 })).items;
  assert.deepEqual(
    kept.map(({ about }) => about?.run),
    ["r2"],
    "what ended more than 90 days ago is gone",
  );
  log.close();
});

test("[A17] refusals beyond a number a minute are counted, and the count is written down", async (context) => {
  const data = temporaryFolder(context);
  let now = 1_000_000_000_000;
  const log = new AuditLog(data, () => now);
  const knock = () => log.refused({ who: "nobody", what: "get /", outcome: 401 });
  for (let n = 0; n < refusalsAMinute + 25; n++) knock();
  now += 60_000;
  knock();
  const { items } = await readAudit(data, { limit: 10_000 });
  assert.equal(items.length, refusalsAMinute + 2);
  assert.equal(items[1]!.times, 25);
  log.close();
});

test("[A17] without a log there is nothing to read", async (context) => {
  const data = temporaryFolder(context);
  assert.deepEqual(await readAudit(data, { limit: 5 }), { items: [] });
  const log = new AuditLog(data);
  log.changed(entry("anna", 1));
  log.close();
  assert.equal(readFileSync(join(data, "audit", filesOf(data)[0]!), "utf8").split("\n").length, 2);
});

test("[A17] a new file that cannot be begun closes no file of another, and the log goes on once it can", async (context) => {
  const data = temporaryFolder(context);
  const log = new AuditLog(data);
  log.changed({ who: "anna", what: "x".repeat(2 ** 20), outcome: 200 });
  const [folder, aside] = [join(data, "audit"), join(data, "aside")];
  renameSync(folder, aside);
  writeFileSync(folder, "");
  assert.throws(() => log.changed(entry("anna", 1)));
  const anothers = openSync(join(data, "file"), "w");
  assert.throws(() => log.changed(entry("anna", 2)));
  closeSync(anothers);
  rmSync(folder);
  renameSync(aside, folder);
  log.changed(entry("anna", 3));
  log.close();
  assert.equal((await readAudit(data, { limit: 1 })).items[0]!.about?.run, "r3");
});

test("[A17] whoever may submit runs without end pushes out no change that takes more than that", async (context) => {
  const data = temporaryFolder(context);
  const log = new AuditLog(data, () => 1_000_000_000_000);
  log.changed({ who: "anna", what: "patch /queue", outcome: 200 });
  log.changed({ who: "bert", what: "delete /runs/:id", outcome: 200 }, "edit");
  const large = { who: "phone", what: `post /runs ${"x".repeat(500_000)}`, outcome: 201 };
  for (let n = 0; n < 60; n++) log.changed(large, n % 2 === 0 ? "run" : "view");
  log.close();
  assert.ok(filesOf(data).filter((name) => name.startsWith("runs")).length <= 8);
  for (const who of ["anna", "bert"]) assert.equal((await readAudit(data, { token: who, limit: 1 })).items.length, 1);
});

test("[A17] pages go on by time, whatever zone it is written in, and two processes that write at one moment lose nothing", async (context) => {
  const data = temporaryFolder(context);
  const [server, command] = [new AuditLog(data, () => 5000), new AuditLog(data, () => 5000)];
  for (let n = 0; n < 4; n++) {
    server.changed(entry("anna", n));
    command.changed(entry("command line", n), "run");
  }
  for (const log of [server, command]) log.close();
  const all = (await readAudit(data, { limit: 100 })).items;
  const paged = [];
  for (let before: string | undefined, more = true; more; ) {
    const { items, next } = await readAudit(data, { before, limit: 1 });
    paged.push(...items);
    before = next?.replace("1970-01-01T00:00", "1970-01-01T02:00").replace("Z", "+02:00");
    more = next !== undefined;
  }
  assert.deepEqual([paged.length, paged], [8, all]);
  const since = all[3]!.time;
  assert.deepEqual((await readAudit(data, { since, limit: 100 })).items, all.slice(0, 4));
});

test("[A17] who waits for entries need not read until there are some", async (context) => {
  const data = temporaryFolder(context);
  assert.equal(auditState(data), "");
  const log = new AuditLog(data);
  const states = [auditState(data)];
  log.changed(entry("anna", 1));
  states.push(auditState(data), auditState(data));
  log.refused(entry("nobody", 2));
  states.push(auditState(data));
  log.close();
  assert.equal(new Set(states).size, 3, states.join("\n\n"));
  assert.equal(states[1], states[2], "nothing was written between these");
});
