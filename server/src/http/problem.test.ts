import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { asProblem } from "./problem.ts";

test("a full disk is reported as such, whether a file or the database meets it", () => {
  const sql = new DatabaseSync(":memory:");
  sql.exec("PRAGMA max_page_count = 2; CREATE TABLE one (text TEXT)");
  const fill = () => sql.prepare("INSERT INTO one VALUES (?)").run("x".repeat(100_000));
  assert.throws(fill, (error) => asProblem(error).status === 507);
  assert.equal(asProblem(Object.assign(new Error("write"), { code: "ENOSPC" })).status, 507);
  const other = asProblem(new Error("out of luck"));
  assert.deepEqual([other.status, /luck/.test(other.message)], [500, false]);
  sql.close();
});
