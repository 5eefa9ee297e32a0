import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Database, FolderInUse } from "./database.ts";

test("a database has one process at a time, and one of a newer version is refused", (context) => {
  const folder = temporaryFolder(context);
  const database = new Database(folder);
  assert.throws(() => new Database(folder), FolderInUse);
  database.close();
  const sql = new DatabaseSync(join(folder, "server.db"));
  sql.exec("PRAGMA user_version = 999");
  sql.close();
  assert.throws(() => new Database(folder), /written by a newer version/);
});
