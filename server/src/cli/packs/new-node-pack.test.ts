import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
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
