import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { lastBackup, noteBackup } from "./last-backup.ts";
import { forgetServing, noteServing, servingAt } from "./serving.ts";

const nonsense = [
  "",
  "{",
  "[]",
  "null",
  '{"time":"x","url":"no address","pid":1}',
  '{"time":1e300}',
  '{"time":null,"url":5,"pid":0.5}',
];

test("when the last backup was written is known, unless nobody noted it or what is noted makes no sense", async (context) => {
  const data = temporaryFolder(context);
  assert.equal(lastBackup(data), undefined);
  await noteBackup(data, 1234);
  assert.equal(lastBackup(data), 1234);
  for (const text of nonsense) {
    writeFileSync(join(data, "last-backup.json"), text);
    assert.equal(lastBackup(data), undefined, text);
  }
});

test("where a server is reached is known until it is forgotten, and nothing that makes no sense is believed", async (context) => {
  const data = temporaryFolder(context);
  forgetServing(data);
  assert.equal(servingAt(data), undefined);
  await noteServing(data, { url: "http://127.0.0.1:8188", pid: 7 });
  assert.deepEqual(servingAt(data), { url: "http://127.0.0.1:8188", pid: 7 });
  for (const text of nonsense) {
    writeFileSync(join(data, "serving.json"), text);
    assert.equal(servingAt(data), undefined, text);
  }
  forgetServing(data);
  assert.equal(servingAt(data), undefined);
});
