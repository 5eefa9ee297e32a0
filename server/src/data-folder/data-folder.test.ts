import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { hash } from "node:crypto";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { diskStore } from "../values/disk-store.ts";
import { rememberedTypes } from "../values/remembered-keys.ts";
import {
  dataFolder,
  dataFolderTrouble,
  keysFolder,
  openDataFolder,
  openedDataFolderTrouble,
  valuesFolder,
} from "./data-folder.ts";

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

const mark = (folder: string) => readFileSync(join(folder, "clipwork-data.json"), "utf8");

test("a folder of a newer version is left alone, and so is one with a mark that cannot be read", async (context) => {
  const folder = temporaryFolder(context);
  for (const [text, says] of [
    [
      '{"format":"clipwork-data/3"}',
      /newer version of Clipwork: it has the layout 3, and this version knows those up to 2/,
    ],
    ["no JSON", /cannot be read, or is not one of Clipwork's/],
    ['{"format":"clipwork-data/0"}', /cannot be read/],
  ] as const) {
    writeFileSync(join(folder, "clipwork-data.json"), text);
    for (const use of ["read", "write"] as const) assert.match((await dataFolderTrouble(folder, use))!.message, says);
  }
});

/** A copy of the frozen folder that Clipwork 0.1 wrote: four values of a run and two of another. */
function oldFolder(context: TestContext): string {
  const folder = temporaryFolder(context);
  cpSync(join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "data-0.1"), folder, { recursive: true });
  return folder;
}

const valueFiles = (folder: string) => globSync("values/*/*", { cwd: folder }).sort();

const sha256 = (bytes: Uint8Array) => hash("sha256", bytes);

/** The digests of all values as a store finds them. */
async function contents(folder: string): Promise<(string | undefined)[]> {
  const store = diskStore(valuesFolder(folder));
  const found = valueFiles(folder).map((file) => store.get(basename(file)));
  return (await Promise.all(found)).map((bytes) => bytes && sha256(bytes));
}

test("a folder that 0.1 wrote is migrated in place when it is opened: every value is served, its time of use stays", async (context) => {
  const folder = oldFolder(context);
  const old = valueFiles(folder).map((file) => readFileSync(join(folder, file)));
  utimesSync(join(folder, valueFiles(folder)[0]!), 1000, 1000);
  assert.equal(mark(folder), '{"format":"clipwork-data/1"}\n');
  assert.equal(await dataFolderTrouble(folder), undefined);
  await openDataFolder(folder);
  assert.equal(mark(folder), '{"format":"clipwork-data/2"}\n');
  const listed = await diskStore(valuesFolder(folder)).list();
  assert.deepEqual([listed.length, Math.min(...listed.map(({ used }) => used))], [6, 1_000_000]);
  // The head of layout 1 was 40 bytes long.
  assert.deepEqual(
    await contents(folder),
    old.map((bytes) => sha256(bytes.subarray(40))),
  );
  assert.equal((await rememberedTypes(keysFolder(folder))).size, 4);
});

test("a migration that broke off anywhere is finished by the next that opens the folder", async (context) => {
  const done = oldFolder(context);
  await openDataFolder(done);
  const whole = await contents(done);
  for (let migrated = 0; migrated <= whole.length; migrated++) {
    const folder = oldFolder(context);
    const files = valueFiles(folder);
    for (const file of files.slice(0, migrated)) cpSync(join(done, file), join(folder, file));
    // What the process was writing when it died.
    if (migrated > 0) truncateSync(cpTo(join(done, files[0]!), join(folder, `${files[0]}.0123.tmp`)), 60);
    await openDataFolder(folder);
    for (const draft of globSync("values/*/*.tmp", { cwd: folder })) rmSync(join(folder, draft));
    assert.deepEqual(await contents(folder), whole);
  }
});

function cpTo(from: string, to: string): string {
  cpSync(from, to);
  return to;
}

test("a damaged value of an older folder is not served after the migration", async (context) => {
  const folder = oldFolder(context);
  const file = join(folder, valueFiles(folder)[0]!);
  truncateSync(file, readFileSync(file).length - 1);
  await openDataFolder(folder);
  assert.equal(valueFiles(folder).length, 5);
});

test("processes that open an older folder at once all find every value", { timeout: 120_000 }, async (context) => {
  const folder = oldFolder(context);
  const module = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, name)).href);
  const script = `
    Promise.all([import(${module("data-folder.ts")}), import(${module("../values/disk-store.ts")})]).then(async ([data, disk]) => {
      await data.openDataFolder(${JSON.stringify(folder)});
      const store = disk.diskStore(data.valuesFolder(${JSON.stringify(folder)}));
      for (const { key } of await store.list()) if (!(await store.get(key))) process.exit(1);
    });`;
  const children = [1, 2, 3].map(() => spawn(process.execPath, ["-e", script], { stdio: "inherit" }));
  const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
  assert.deepEqual(codes, [0, 0, 0]);
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => openDataFolder(folder))), [undefined, undefined, undefined]);
  const fresh = oldFolder(context);
  await Promise.all([1, 2, 3, 4].map(() => openDataFolder(fresh)));
  assert.deepEqual(await contents(fresh), await contents(folder));
  assert.deepEqual(globSync("**/*.tmp", { cwd: fresh }), []);
});

test("a folder without our mark may not be emptied", async (context) => {
  const folder = temporaryFolder(context);
  assert.match((await openedDataFolderTrouble(folder))!.message, /is not a data folder of Clipwork/);
  assert.match((await openedDataFolderTrouble(join(folder, "none")))!.message, /is not a data folder of Clipwork/);
  await openDataFolder(folder);
  assert.equal(await openedDataFolderTrouble(folder), undefined);
  writeFileSync(join(folder, "clipwork-data.json"), "{}");
  assert.match((await openedDataFolderTrouble(folder))!.message, /not one of Clipwork's/);
});

test("a file in the way is named", async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(join(folder, "file"), "");
  mkdirSync(join(folder, "sub"));
  assert.match((await dataFolderTrouble(join(folder, "file")))!.message, /is a file/);
  assert.match((await dataFolderTrouble(join(folder, "file", "below")))!.message, /cannot be made: .*file is a file/);
  assert.equal(await dataFolderTrouble(join(folder, "sub", "below")), undefined);
});

const linux = { skip: process.platform !== "linux" && "needs /proc" };

test("no folder is made where only the system makes any: to try never ended", linux, async () => {
  assert.match((await dataFolderTrouble("/proc/none/below"))!.message, /cannot be made: \/proc has only/);
});
