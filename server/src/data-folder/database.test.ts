import assert from "node:assert/strict";
import { test } from "node:test";
import { temporaryFolder } from "../temporary-folder.fixture.ts";
import { Database, FolderInUse } from "./database.ts";

const count = ({ sql }: Database) => Number(sql.prepare("SELECT count(*) AS count FROM refs").get()!.count);
const insert = ({ sql }: Database, owner: string) =>
  sql.prepare("INSERT INTO refs (hash, owner) VALUES ('x', ?)").run(owner);

test("a transaction does all of it or nothing, and the database goes on", (context) => {
  const database = new Database(temporaryFolder(context));
  context.after(() => database.close());
  assert.throws(
    () =>
      database.transaction(() => {
        insert(database, "a");
        throw new Error("in the middle");
      }),
    /in the middle/,
  );
  assert.equal(count(database), 0);
  assert.equal(
    database.transaction(() => {
      insert(database, "a");
      insert(database, "b");
      return 7;
    }),
    7,
  );
  assert.equal(count(database), 2);
});

test("what was stored is there when the folder is opened again, and its tables are made once", (context) => {
  const folder = temporaryFolder(context);
  const first = new Database(folder);
  assert.ok(first.isBlank);
  insert(first, "a");
  assert.ok(!first.isBlank);
  first.close();
  const second = new Database(folder);
  context.after(() => second.close());
  assert.equal(count(second), 1);
  assert.ok(!second.isBlank);
});

test("a folder has one server at a time", (context) => {
  const folder = temporaryFolder(context);
  const first = new Database(folder);
  assert.throws(
    () => new Database(folder),
    (error) => {
      assert.ok(error instanceof FolderInUse);
      assert.match(error.message, /Another server is using the data folder/);
      return true;
    },
  );
  first.close();
  new Database(folder).close();
});

test("a database of a newer version is refused, and not touched", (context) => {
  const folder = temporaryFolder(context);
  const first = new Database(folder);
  const version = Number(first.sql.prepare("PRAGMA user_version").get()!.user_version);
  first.sql.exec(`PRAGMA user_version = ${version + 1}`);
  first.close();
  for (let i = 0; i < 2; i++)
    assert.throws(() => new Database(folder), /clipwork.*was written by a newer version of Clipwork|server\.db/);
});
