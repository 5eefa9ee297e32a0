import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { BackupError } from "../../backup/backup-error.ts";
import { openDataFolder } from "../../data-folder/data-folder.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { backupCommand } from "./backup.ts";
import { cancellable } from "./cancellable.ts";
import { restoreCommand } from "./restore.ts";

/** A terminal that remembers what it was told. */
function told() {
  const [out, err]: [string[], string[]] = [[], []];
  return {
    out,
    err,
    terminal: { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) },
  };
}

test("a folder that no server uses is backed up by the command itself, and restored; neither overwrites anything", async (context) => {
  const folder = temporaryFolder(context);
  const [data, file, copy] = ["data", "one.tar", "copy"].map((name) => join(folder, name)) as [string, string, string];
  await openDataFolder(data);
  writeFileSync(join(data, "config.json"), '{ "keepRuns": 5 }');
  const backup = () => backupCommand(first.terminal, { target: file, values: true, data, json: true });
  const first = told();
  assert.equal(await backup(), 0, first.err.join("\n"));
  const said = JSON.parse(first.out.at(-1)!);
  assert.deepEqual([said.event, said.file, said.bytes > 0], ["backup", file, true]);
  assert.equal(await backup(), 2, "the file is there");
  const second = told();
  const restore = () => restoreCommand(second.terminal, { file, data: copy, json: true });
  assert.equal(await restore(), 0, second.err.join("\n"));
  assert.deepEqual([JSON.parse(second.out.at(-1)!).event, existsSync(join(copy, "config.json"))], ["restored", true]);
  assert.equal(await restore(), 2, "the folder is not empty");
});

test("a server that does not answer, and a file that is no backup, are refused with a remedy", async (context) => {
  const folder = temporaryFolder(context);
  const { terminal, err } = told();
  const target = join(folder, "one.tar");
  assert.equal(await backupCommand(terminal, { target, values: false, server: "http://127.0.0.1:1" }), 2);
  assert.match(err.join("\n"), /No server answers at http:\/\/127\.0\.0\.1:1[\s\S]*--server/);
  assert.equal(existsSync(target), false);
  const lost = told();
  assert.equal(
    await backupCommand(lost.terminal, { target: join(folder, "none", "x.tar"), values: false, server: "x" }),
    2,
  );
  assert.match(lost.err.join("\n"), /There is no folder .*none\.\n.*Make it/);
  writeFileSync(target, "no archive");
  assert.equal(await restoreCommand(terminal, { file: target, data: join(folder, "copy") }), 2);
  assert.equal(existsSync(join(folder, "copy")), false);
  const below = told();
  assert.equal(await restoreCommand(below.terminal, { file: target, data: join(target, "below") }), 2);
  assert.match(below.err.join("\n"), /The data folder .* cannot be made: .*one\.tar is a file/);
});

test("an interrupt cancels with 130 and a sentence; a fault that is nobody's mistake is not swallowed", async () => {
  const { terminal, err } = told();
  const work = cancellable(terminal, { file: "a.tar", json: false }, async ({ signal }) => {
    process.emit("SIGINT", "SIGINT");
    signal.throwIfAborted();
    return () => assert.fail("it was cancelled");
  });
  assert.equal(await work, 130);
  assert.match(err.at(-1)!, /nothing was written/);
  const wrong = cancellable(terminal, { file: "a.tar", json: false }, () => Promise.reject(new TypeError("a bug")));
  await assert.rejects(wrong, /a bug/);
  const refused = cancellable(terminal, { file: "a.tar", json: false }, () =>
    Promise.reject(new BackupError("No.", "Otherwise.")),
  );
  assert.equal(await refused, 2);
  assert.equal(process.listenerCount("SIGINT"), 0);
});
