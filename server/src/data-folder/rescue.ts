import type { DatabaseSync } from "node:sqlite";
import { type PackedJson, unpackJson } from "../files/packed-json.ts";

/** Numbers of SQLite for what cannot be read: SQLITE_ERROR (no such table), SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB. */
const unreadable: readonly number[] = [1, 10, 11, 26];

type Column = { readonly name: string; readonly pk: number };

/**
 * Copies what can be read of a damaged database into a new one with the same tables: each table from its beginning as far as it goes, then
 * from its end, so that a page that cannot be read costs what lies on it. What belongs to a run or a workflow that is gone goes too.
 */
export function rescue(from: DatabaseSync, into: DatabaseSync): void {
  const tables = into.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  into.exec("BEGIN IMMEDIATE");
  for (const { name } of tables) rescueTable(String(name), from, into);
  removeUnreadable(into);
  into.exec(`
    DELETE FROM outputs WHERE NOT json_valid(body);
    DELETE FROM events WHERE NOT json_valid(body);
    DELETE FROM uploads WHERE NOT json_valid(body);
    DELETE FROM runs WHERE n NOT IN (SELECT run FROM requests);
    DELETE FROM requests WHERE run NOT IN (SELECT n FROM runs);
    DELETE FROM checked;
    DELETE FROM outputs WHERE run NOT IN (SELECT n FROM runs);
    DELETE FROM events WHERE run NOT IN (SELECT n FROM runs);
    DELETE FROM events WHERE (run, seq) IN (
      SELECT run, seq FROM (SELECT run, seq, row_number() OVER (PARTITION BY run ORDER BY seq) AS place FROM events) WHERE seq <> place
    );
    UPDATE runs SET seq = (SELECT coalesce(max(seq), 0) FROM events WHERE run = runs.n);
    UPDATE runs SET since = min(since, seq);
    DELETE FROM revisions WHERE workflow NOT IN (SELECT id FROM workflows);
    DELETE FROM workflows WHERE id NOT IN (SELECT workflow FROM revisions);
    UPDATE workflows SET revision = (SELECT max(revision) FROM revisions WHERE workflow = workflows.id);
  `);
  into.exec("COMMIT");
}

/** Removes what has bytes in place of a document: a page that was overwritten may look whole. */
function removeUnreadable(sql: DatabaseSync): void {
  const documents = [
    ["requests", "run"],
    ["revisions", "workflow, revision"],
  ] as const;
  for (const [table, key] of documents)
    for (const { document, ...row } of sql.prepare(`SELECT ${key}, document FROM ${table}`).all()) {
      try {
        JSON.parse(unpackJson(document as PackedJson));
      } catch {
        const values = Object.values(row) as (string | number)[];
        sql.prepare(`DELETE FROM ${table} WHERE (${key}) = (${values.map(() => "?").join(", ")})`).run(...values);
      }
    }
}

/** Copies a table. A table that the damaged database does not have, or not as the new one has it, stays as it is. */
function rescueTable(table: string, from: DatabaseSync, into: DatabaseSync): void {
  const columns = into.prepare(`SELECT name, pk FROM pragma_table_info('${table}')`).all() as unknown as Column[];
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  const names = columns.map(({ name }) => name).join(", ");
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${names}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  // A table without a key has one row, which stands for the state of the server.
  const orders = key.length === 0 ? [""] : ["ASC", "DESC"].map((way) => orderBy(key, way));
  for (const order of orders) {
    try {
      for (const row of from.prepare(`SELECT ${names} FROM ${table} ${order}`).iterate()) {
        if (key.length === 0) into.exec(`DELETE FROM ${table}`);
        insert.run(...columns.map(({ name }) => row[name] as string));
      }
      break;
    } catch (error) {
      // As far as it goes: the next order begins at the other end.
      const { errcode = 0 } = error as { readonly errcode?: number };
      if (!unreadable.includes(errcode & 255)) throw error;
    }
  }
}

function orderBy(key: readonly Column[], way: string): string {
  return `ORDER BY ${key.map(({ name }) => `${name} ${way}`).join(", ")}`;
}
