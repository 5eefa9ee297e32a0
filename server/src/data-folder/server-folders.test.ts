import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { serverFoldersTrouble } from "./server-folders.ts";

test("a file in the place of a folder is named with what to do (C23, C30)", async (context) => {
  const data = temporaryFolder(context);
  assert.equal(await serverFoldersTrouble(data), undefined);
  for (const name of ["values", "artifacts", "uploads"]) {
    writeFileSync(join(data, name), "");
    const { message, remedy } = (await serverFoldersTrouble(data))!;
    assert.ok(message.startsWith("The folder of ") && message.endsWith(`${join(data, name)} is a file.`), message);
    assert.match(remedy, /^Remove the file/);
    rmSync(join(data, name));
    mkdirSync(join(data, name));
    assert.equal(await serverFoldersTrouble(data), undefined);
  }
  assert.equal(existsSync(join(data, "explain")), false);
});
