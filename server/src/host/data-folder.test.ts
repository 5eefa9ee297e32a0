import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { dataFolder, dataFolderTrouble, openDataFolder, openedDataFolderTrouble } from "./data-folder.ts";

test("the folder asked for goes before the environment, that before the platform's place", () => {
  assert.equal(dataFolder("here", { CLIPWORK_DATA: "/there" }), resolve("here"));
  assert.equal(dataFolder(undefined, { CLIPWORK_DATA: "/there" }), resolve("/there"));
  assert.equal(dataFolder(undefined, { XDG_DATA_HOME: "/xdg" }, "linux"), join("/xdg", "clipwork"));
  assert.match(dataFolder(undefined, {}, "linux"), /share.clipwork$/);
  assert.match(dataFolder(undefined, {}, "darwin"), /Application Support.Clipwork$/);
  assert.equal(dataFolder(undefined, { LOCALAPPDATA: "local" }, "win32"), join("local", "Clipwork"));
});

test("a folder is made when it is opened, not when it is looked at", async (context) => {
  const folder = join(temporaryFolder(context), "a", "b");
  assert.equal(await dataFolderTrouble(folder), undefined);
  assert.equal(existsSync(folder), false);
  await openDataFolder(folder);
  await openDataFolder(folder);
  assert.equal(await dataFolderTrouble(folder), undefined);
  assert.equal(existsSync(join(folder, "values")), true);
});

test("a folder of another version is left alone", async (context) => {
  const folder = temporaryFolder(context);
  for (const text of ['{"format":"clipwork-data/2"}', "no JSON"]) {
    writeFileSync(join(folder, "clipwork-data.json"), text);
    assert.match((await dataFolderTrouble(folder))!.message, /another version/);
  }
});

test("a folder without our mark may not be emptied", async (context) => {
  const folder = temporaryFolder(context);
  assert.match((await openedDataFolderTrouble(folder))!.message, /is not a data folder of Clipwork/);
  assert.match((await openedDataFolderTrouble(join(folder, "none")))!.message, /is not a data folder of Clipwork/);
  await openDataFolder(folder);
  assert.equal(await openedDataFolderTrouble(folder), undefined);
  writeFileSync(join(folder, "clipwork-data.json"), "{}");
  assert.match((await openedDataFolderTrouble(folder))!.message, /another version/);
});

test("a file in the way is named", async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "sub"));
  assert.match((await dataFolderTrouble(join(folder, "file")))!.message, /is a file/);
  assert.match((await dataFolderTrouble(join(folder, "file", "below")))!.message, /cannot be made: .*file is a file/);
  assert.equal(await dataFolderTrouble(join(folder, "sub", "below")), undefined);
});
