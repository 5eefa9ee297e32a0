import assert from "node:assert/strict";
import fs, { readdirSync, readFileSync, statSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { createFile } from "./whole-file.ts";

for (const code of [undefined, "EPERM", "ENOTSUP"])
  test(`a new file is whole, its owner's, and replaces none, on a disk ${code ? `whose links fail with ${code}` : "with links"}`, (context) => {
    const folder = temporaryFolder(context);
    if (code) {
      context.mock.method(fs, "linkSync", () => {
        throw Object.assign(new Error(code), { code });
      });
      syncBuiltinESMExports();
      context.after(() => {
        context.mock.restoreAll();
        syncBuiltinESMExports();
      });
    }
    const path = join(folder, "token");
    assert.equal(createFile(path, "first"), true);
    assert.equal(createFile(path, "second"), false);
    assert.equal(readFileSync(path, "utf8"), "first");
    assert.deepEqual(readdirSync(folder), ["token"]);
    if (process.platform !== "win32") assert.equal(statSync(path).mode & 0o777, 0o600);
  });
