import type { Database } from "../data-folder/database.ts";

/** A message on its way. */
export type Delivery = {
  readonly id: string;
  readonly run: string;
  readonly url: string;
  readonly body: string;
  /** How often it was tried. */
  readonly attempts: number;
};

/**
 * The messages of webhooks, in the tables `deliveries` and `hooks`: what waits goes on after a restart. One that is over stays until the next
 * start, so that its run is not announced twice.
 */
export class Deliveries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Takes these addresses, forgets what waits for others, and returns for each since when its runs are to be announced: a new one is told of
   * no earlier run.
   */
  open(urls: readonly string[], now: number): ReadonlyMap<string, number> {
    const { sql } = this.#database;
    return this.#database.transaction(() => {
      const known = JSON.stringify(urls);
      sql.prepare("DELETE FROM deliveries WHERE url NOT IN (SELECT value FROM json_each(?))").run(known);
      sql.prepare("DELETE FROM hooks WHERE url NOT IN (SELECT value FROM json_each(?))").run(known);
      const add = sql.prepare("INSERT OR IGNORE INTO hooks VALUES (?, ?)");
      for (const url of urls) add.run(url, now);
      const rows = sql.prepare("SELECT url, since FROM hooks").all();
      return new Map(rows.map(({ url, since }) => [String(url), Number(since)]));
    });
  }

  /** From now on the runs that ended before need not be looked for: they are all here or over. */
  caughtUp(now: number): void {
    const { sql } = this.#database;
    this.#database.transaction(() => {
      sql.prepare("DELETE FROM deliveries WHERE due IS NULL AND ended < ?").run(now);
      sql.prepare("UPDATE hooks SET since = ?").run(now);
    });
  }

  /** Keeps a message that is to be sent, unless it is known. Returns whether it is new. */
  add({ id, run, url, body }: Omit<Delivery, "attempts">, ended: number, due: number): boolean {
    const text =
      "INSERT OR IGNORE INTO deliveries (id, run, url, body, ended, attempts, due) VALUES (?, ?, ?, ?, ?, 0, ?)";
    return this.#database.sql.prepare(text).run(id, run, url, body, ended, due).changes > 0;
  }

  /** What is to be tried by now, the longest due first. */
  due(now: number, limit: number): readonly Delivery[] {
    const text = "SELECT id, run, url, body, attempts FROM deliveries WHERE due <= ? ORDER BY due LIMIT ?";
    return this.#database.sql.prepare(text).all(now, limit) as unknown as Delivery[];
  }

  /** When the next is due; undefined if none waits. */
  next(): number | undefined {
    const { due } = this.#database.sql.prepare("SELECT min(due) AS due FROM deliveries").get()!;
    return due === null ? undefined : Number(due);
  }

  /** How many wait. */
  count(): number {
    return Number(this.#database.sql.prepare("SELECT count(due) AS n FROM deliveries").get()!.n);
  }

  /** It was tried, and is due again then, or over. */
  tried(id: string, due: number | undefined): void {
    const text = "UPDATE deliveries SET attempts = attempts + 1, due = ? WHERE id = ?";
    this.#database.sql.prepare(text).run(due ?? null, id);
  }
}
