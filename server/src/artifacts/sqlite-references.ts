import type { StatementSync } from "node:sqlite";
import type { Database } from "../data-folder/database.ts";
import type { Hash } from "../wire/wire.ts";
import type { References } from "./port.ts";

/** References in the database of a data folder. */
export class SqliteReferences implements References {
  readonly #database: Database;
  #insert: StatementSync | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  async add(owner: string, hashes: Iterable<Hash>): Promise<void> {
    const all = [...hashes];
    if (all.length === 0) return;
    this.#insert ??= this.#database.sql.prepare("INSERT OR IGNORE INTO refs (hash, owner) VALUES (?, ?)");
    const insert = this.#insert;
    this.#database.transaction(() => {
      for (const hash of all) insert.run(hash, owner);
    });
  }

  async remove(owner: string): Promise<readonly Hash[]> {
    const rows = this.#database.sql.prepare("DELETE FROM refs WHERE owner = ? RETURNING hash").all(owner);
    return rows.map(({ hash }) => String(hash));
  }

  async has(hash: Hash): Promise<boolean> {
    return this.#database.sql.prepare("SELECT 1 FROM refs WHERE hash = ? LIMIT 1").get(hash) !== undefined;
  }

  async ifUnused(hash: Hash, work: () => Promise<void>): Promise<void> {
    // Whoever uses this database holds the store before he relies on anything: nobody adds a use meanwhile.
    if (!(await this.has(hash))) await work();
  }

  async owners(): Promise<readonly string[]> {
    const rows = this.#database.sql.prepare("SELECT DISTINCT owner FROM refs ORDER BY owner").all();
    return rows.map(({ owner }) => String(owner));
  }
}
