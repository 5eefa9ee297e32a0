import type { KindCounts } from "../checker/checker-protocol.ts";
import type { Database } from "../data-folder/database.ts";
import { maxKinds } from "../documents/work-ahead.ts";

/** The weight of a new duration against the average so far. */
const weight = 0.4;

/** Remembers how long an item of each kind of node took, to forecast how long a run will take. */
export class Forecast {
  readonly #database: Database;
  readonly #known = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
    for (const { kind, ms } of database.sql.prepare("SELECT kind, ms FROM durations").all())
      this.#known.set(String(kind), Number(ms));
  }

  msOf(kind: string): number | undefined {
    return this.#known.get(kind);
  }

  /** Milliseconds that these nodes take with one item each; undefined if a kind of them has never run. */
  msOfAll(kinds: KindCounts): number | undefined {
    if (kinds === null) return undefined;
    let sum = 0;
    for (const [kind, nodes] of Object.entries(kinds)) {
      const ms = this.#known.get(kind);
      if (ms === undefined) return undefined;
      sum += ms * nodes;
    }
    return sum;
  }

  learn(kind: string, ms: number, time: number): void {
    const before = this.#known.get(kind);
    const now = before === undefined ? ms : before + weight * (ms - before);
    this.#known.set(kind, now);
    this.#database.sql
      .prepare(
        "INSERT INTO durations (kind, ms, time) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET ms = excluded.ms, time = excluded.time",
      )
      .run(kind, now, time);
    if (this.#known.size <= maxKinds) return;
    const oldest = this.#database.sql
      .prepare("DELETE FROM durations WHERE kind = (SELECT kind FROM durations ORDER BY time LIMIT 1) RETURNING kind")
      .get();
    this.#known.delete(String(oldest?.kind));
  }
}
