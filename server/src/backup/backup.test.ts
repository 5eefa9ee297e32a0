import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createToken, listTokens } from "../access/tokens.ts";
import { artifactFiles } from "../artifacts/artifact-files.ts";
import { fileArtifacts } from "../artifacts/file-artifacts.ts";
import { openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { request } from "../queue/contract.fixture.ts";
import { SqliteQueue } from "../queue/sqlite/sqlite-queue.ts";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "../values/disk-store.ts";
import { archiveOf } from "./archive.fixture.ts";
import { BackupError } from "./backup-error.ts";
import { aboutName, backupFormat } from "./contents.ts";
import { type Backup, makeBackup } from "./make-backup.ts";
import { restoreBackup } from "./restore-backup.ts";
import { writeTarHead } from "./tar.ts";
import { backupFile, writeBackup } from "./write-backup.ts";

const quiet = () => ({ onProgress: () => {}, signal: new AbortController().signal });
const key = hash("sha256", "key");
const picture = Buffer.from("the bytes of a picture");

/** A data folder with one of everything, open as a server has it. */
async function folderInUse(context: TestContext) {
  const base = temporaryFolder(context);
  const data = join(base, "data");
  await openDataFolder(data);
  const database = new Database(data);
  context.after(() => database.close());
  const artifacts = fileArtifacts({
    database,
    folder: join(data, "artifacts"),
    onFault: (error) => assert.fail(String(error)),
  });
  const queue = new SqliteQueue(database);
  await queue.submit("run", request, new Uint8Array([1]));
  const kept = await artifacts.put(picture);
  await artifacts.refer("run run", [kept]);
  await diskStore(valuesFolder(data)).put(key, Buffer.from("a value"), 5);
  writeFileSync(join(data, "config.json"), '{ "nodePacks": [] }');
  writeFileSync(join(data, "token"), "x".repeat(64));
  createToken(data, "anna", "run");
  const make = (work: (backup: Backup) => Promise<void>, values = true) =>
    makeBackup({ data, sql: database.sql, hold: () => artifacts.hold(), values }, work);
  return { base, data, database, artifacts, queue, kept, make, file: join(base, "backup.tar") };
}

/** The backup with other bytes at one place. */
const changed = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)));

test("[K2] a folder is backed up while it is used, as it is at one moment, and restored with all but packs and the owner's token", async (context) => {
  const { base, data, artifacts, queue, kept, make, file } = await folderInUse(context);
  await make(async (backup) => {
    // What happens from now on is not in it, and what it names stays.
    await queue.submit("later", request, new Uint8Array([1]));
    await artifacts.release("run run");
    await writeBackup(file, backup, quiet());
  });
  await artifacts.settled();
  assert.equal(await artifacts.open(kept), undefined, "when it is written, what nobody uses goes");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(data).includes("backup-draft"), false);
  const folder = join(base, "restored");
  mkdirSync(folder);
  const restored = await restoreBackup(file, folder, quiet());
  assert.deepEqual(restored.damaged, []);
  assert.deepEqual(readdirSync(folder).sort(), [
    ...["artifacts", "clipwork-data.json", "config.json", "server.db", "tokens", "values"],
  ]);
  const again = new Database(folder);
  try {
    assert.equal(again.mended, undefined);
    const runs = new SqliteQueue(again);
    assert.deepEqual([(await runs.find("run"))?.title, await runs.find("later")], [request.title, undefined]);
  } finally {
    again.close();
  }
  await using found = await artifactFiles(join(folder, "artifacts")).open(kept);
  assert.equal(found?.size, picture.length);
  assert.equal(String(await diskStore(valuesFolder(folder)).get(key)), "a value");
  assert.deepEqual(
    listTokens(folder).map(({ name }) => name),
    ["anna"],
  );
});

test("[K2] kept values can be left out", async (context) => {
  const { base, make, file } = await folderInUse(context);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}), false);
  const folder = join(base, "restored");
  await restoreBackup(file, folder, quiet());
  assert.equal(existsSync(join(folder, "values")), false);
});

test("[K3] a backup that is cut off, changed in any place or none at all is refused, and nothing is written", async (context) => {
  const { base, make, file } = await folderInUse(context);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  const whole = readFileSync(file);
  // Behind the last description are zeroes alone, which nobody reads.
  const end = whole.lastIndexOf("}") + 1;
  const step = Math.floor(end / 40);
  const wrong = [
    ...Array.from({ length: 40 }, (_, i) => whole.subarray(0, i * step)),
    ...Array.from({ length: 40 }, (_, i) => changed(whole, i * step)),
    Buffer.concat([whole.subarray(0, 1024), whole]),
    Buffer.from("no archive"),
  ];
  const bad = join(base, "bad.tar");
  for (const [i, bytes] of wrong.entries()) {
    writeFileSync(bad, bytes);
    const folder = join(base, "restored");
    await assert.rejects(restoreBackup(bad, folder, quiet()), (error) => {
      assert.ok(error instanceof BackupError, `${i}: ${error}`);
      assert.match(error.message, /cannot be restored: /);
      return true;
    });
    assert.deepEqual(readdirSync(base).sort(), ["backup.tar", "bad.tar", "data"], `${i}`);
  }
});

test("[K3] a description that is JSON and not what it has to be is refused, even if the end fits", async (context) => {
  const { base } = await folderInUse(context);
  const bad = join(base, "bad.tar");
  for (const about of [
    "null",
    "7",
    "[]",
    "{}",
    `{"format":"${backupFormat}"}`,
    `{"format":"${backupFormat}","created":1e300}`,
  ]) {
    writeFileSync(bad, archiveOf([{ name: aboutName, bytes: Buffer.from(about) }]));
    await assert.rejects(restoreBackup(bad, join(base, "restored"), quiet()), /its description cannot be read/, about);
  }
  const newer = JSON.stringify({ format: "clipwork-backup/2" });
  writeFileSync(bad, archiveOf([{ name: aboutName, bytes: Buffer.from(newer) }]));
  await assert.rejects(restoreBackup(bad, join(base, "restored"), quiet()), /a newer version of Clipwork wrote it/);
  const about = Buffer.from(JSON.stringify({ format: backupFormat, clipwork: "1", created: 1, bytes: 1 }));
  for (const end of ["null", "[]", '"a"']) {
    writeFileSync(bad, archiveOf([{ name: aboutName, bytes: about }], Buffer.from(end)));
    await assert.rejects(restoreBackup(bad, join(base, "restored"), quiet()), /its description cannot be read/, end);
  }
});

test("[K3] a name that no backup has is refused, whatever it would lead to", async (context) => {
  const { base, make, file } = await folderInUse(context);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  const whole = readFileSync(file);
  // Behind the first description, which has a head and a block.
  for (const name of ["../outside", "/etc/passwd", "values/../../x", "token", "server.db-wal", "artifacts/ab/x"]) {
    const bad = Buffer.concat([whole.subarray(0, 1024), writeTarHead({ name, size: 0 }, 0), whole.subarray(1024)]);
    writeFileSync(join(base, "bad.tar"), bad);
    await assert.rejects(restoreBackup(join(base, "bad.tar"), join(base, "restored"), quiet()), /it has no place for/);
  }
});

test("[K3] what was damaged in the folder that was backed up is left out by name; the rest is restored", async (context) => {
  const { base, data, kept, make, file } = await folderInUse(context);
  const name = `artifacts/${kept.slice(0, 2)}/${kept}`;
  writeFileSync(join(data, name), "other bytes");
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  const folder = join(base, "restored");
  assert.deepEqual((await restoreBackup(file, folder, quiet())).damaged, [name]);
  assert.equal(existsSync(join(folder, name)), false);
  assert.ok(existsSync(join(folder, "server.db")));
});

test("[K3] nothing is overwritten: no folder that has anything in it, and no file", async (context) => {
  const { data, base, make, file } = await folderInUse(context);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  await assert.rejects(restoreBackup(file, data, quiet()), /is a data folder already/);
  await assert.rejects(restoreBackup(file, base, quiet()), /is not empty/);
  await assert.rejects(backupFile(file), /is there already/);
  assert.match(await backupFile(base, new Date(0)), /clipwork-1970-01-01T00-00-00-000Z\.tar$/);
});

test("[K3] a backup and a restore that are cancelled leave nothing", async (context) => {
  const { base, make, file } = await folderInUse(context);
  const cancelled = () => {
    const abort = new AbortController();
    return { onProgress: () => abort.abort(new Error("cancelled")), signal: abort.signal };
  };
  const before = readdirSync(base);
  await assert.rejects(
    make((backup) => writeBackup(file, backup, cancelled()).then(() => {})),
    /cancelled/,
  );
  assert.deepEqual(readdirSync(base), before);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  await assert.rejects(restoreBackup(file, join(base, "restored"), cancelled()), /cancelled/);
  assert.deepEqual(readdirSync(base).sort(), ["backup.tar", ...before].sort());
});

test("other programs read a backup as an archive", async (context) => {
  const { base, make, file } = await folderInUse(context);
  await make((backup) => writeBackup(file, backup, quiet()).then(() => {}));
  const { stdout, status, error } = spawnSync("tar", ["-tf", file], { cwd: base, encoding: "utf8" });
  if (error) return context.skip("there is no tar here");
  assert.equal(status, 0);
  assert.deepEqual(stdout.split("\n").slice(0, 3), ["clipwork-backup.json", "server.db", "clipwork-data.json"]);
});
