import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadNodeLibrary } from "../../installed/node-library.ts";
import { temporaryFolder } from "../../temporary-folder.fixture.ts";
import { writeNewNodePack } from "./new-node-pack.ts";

test("a new node pack is one that can be used, and a folder that is there is not written to", async (context) => {
  const folder = join(temporaryFolder(context), "film");
  await writeNewNodePack(folder, "film");
  for (const file of ["package.json", "index.js", "index.test.js", "workflow.json"])
    assert.ok(existsSync(join(folder, file)), file);
  const { catalogue, problems } = await loadNodeLibrary([folder]);
  assert.deepEqual(problems, []);
  assert.ok(catalogue.has("film.negative"));
  const before = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  await assert.rejects(writeNewNodePack(folder, "other"), { code: "EEXIST" });
  assert.deepEqual(
    readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8")),
    before,
  );
});

test("its types are those of this Clipwork: a new pack is right, and what a node declares is what it is given and gives", async (context) => {
  const folder = join(temporaryFolder(context), "film");
  await writeNewNodePack(folder, "film");
  let wrong = readFileSync(join(folder, "index.js"), "utf8");
  for (const [right, mistake] of [
    ["{ strength }", "{ strong }"],
    ["image: { width, height, data: data.map", "image: { width, height, rgb: data.map"],
    ['title: "Negative"', "title: 5"],
  ] as const) {
    assert.ok(wrong.includes(right), right);
    wrong = wrong.replace(right, mistake);
  }
  // One look at both: most of its time goes into the sources of Clipwork.
  writeFileSync(join(folder, "wrong.js"), wrong);
  const tsc = join(import.meta.dirname, "..", "..", "..", "..", "node_modules", "typescript", "bin", "tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", "jsconfig.json", "--pretty", "false"], {
    ...{ cwd: folder, encoding: "utf8" },
  });
  // The sources of Clipwork, which a published one has as declarations, ask for types of Node that a pack need not have.
  const told = (file: string) => stdout.split("\n").filter((line) => line.startsWith(file));
  assert.deepEqual(told("index.js"), []);
  for (const word of ["strong", "rgb", "number"])
    assert.ok(told("wrong.js").join("\n").includes(word), `${word}: ${stdout}`);
});
