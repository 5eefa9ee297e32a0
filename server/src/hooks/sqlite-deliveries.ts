import type { Database } from "../data-folder/database.ts";
import type { Deliveries, Delivery, Told } from "./deliveries.ts";

/** Those of a server that shares them with nobody, in the tables `deliveries`, `hooks` and `ends`, into which a trigger puts each run that ends. */
export class SqliteDeliveries implements Deliveries {
  readonly #database: Database;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  async open(hooks: Parameters<Deliveries["open"]>[0]): Promise<void> {
    const { sql } = this.#database;
    const now = this.#now();
    this.#database.transaction(() => {
      const known = JSON.stringify(hooks.map(({ url }) => url));
      sql.prepare("DELETE FROM deliveries WHERE due IS NULL OR url NOT IN (SELECT value FROM json_each(?))").run(known);
      sql.prepare("DELETE FROM hooks WHERE url NOT IN (SELECT value FROM json_each(?))").run(known);
      if (hooks.length === 0) sql.exec("DELETE FROM ends");
      const add = sql.prepare(
        "INSERT INTO hooks (url, since, states) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET states = ?3",
      );
      for (const { url, states } of hooks) add.run(url, now, states === undefined ? null : JSON.stringify(states));
    });
  }

  async told(): Promise<readonly Told[]> {
    const rows = this.#database.sql.prepare("SELECT url, since, states FROM hooks").all();
    return rows.map(({ url, since, states }) => ({
      ...{ url: String(url), since: Number(since) },
      ...(states !== null && { states: JSON.parse(String(states)) }),
    }));
  }

  async ended(limit: number): Promise<readonly string[]> {
    const rows = this.#database.sql.prepare("SELECT run FROM ends ORDER BY n LIMIT ?").all(limit);
    return rows.map(({ run }) => String(run));
  }

  async note(run: string, messages: Parameters<Deliveries["note"]>[1]): Promise<void> {
    const { sql } = this.#database;
    const now = this.#now();
    this.#database.transaction(() => {
      if (sql.prepare("DELETE FROM ends WHERE run = ?").run(run).changes === 0) return;
      const add = sql.prepare(
        "INSERT OR IGNORE INTO deliveries (id, run, url, body, ended, attempts, due) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5)",
      );
      for (const { id, url, body } of messages) add.run(id, run, url, body, now);
    });
  }

  // One server alone asks, and tries what it has of an address before it asks for more: what is taken need not be marked.
  async take(url: string, limit: number): Promise<readonly Delivery[]> {
    const text = "SELECT id, run, url, body, attempts FROM deliveries WHERE url = ? AND due <= ? ORDER BY due LIMIT ?";
    return this.#database.sql.prepare(text).all(url, this.#now(), limit) as unknown as Delivery[];
  }

  async tried(id: string, again: number | undefined): Promise<void> {
    const { sql } = this.#database;
    if (again === undefined) sql.prepare("DELETE FROM deliveries WHERE id = ?").run(id);
    else
      sql.prepare("UPDATE deliveries SET attempts = attempts + 1, due = ? WHERE id = ?").run(this.#now() + again, id);
  }

  async next(url: string): Promise<number | undefined> {
    const { due } = this.#database.sql.prepare("SELECT min(due) AS due FROM deliveries WHERE url = ?").get(url)!;
    return due === null ? undefined : Math.max(0, Number(due) - this.#now());
  }

  async count(): Promise<number> {
    return Number(this.#database.sql.prepare("SELECT count(*) AS n FROM deliveries").get()!.n);
  }
}
