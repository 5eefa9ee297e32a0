import type { Priority } from "../../wire/wire.ts";
import { priorities } from "../port.ts";
import { between, rankOf } from "../priority.ts";
import type { Statements } from "./statements.ts";

/** The runs that wait, in their order: by priority, then by rank. Those in passing stand behind all others, and are given no other place. */
export class WaitingLine {
  readonly #sql: Statements;

  constructor(sql: Statements) {
    this.#sql = sql;
  }

  /** The next one first. */
  runs(limit = Number.MAX_SAFE_INTEGER): readonly string[] {
    return this.#sql
      .all("SELECT id FROM runs WHERE state = 'queued' ORDER BY priority, rank LIMIT ?", limit)
      .map(({ id }) => String(id));
  }

  count(): number {
    return Number(this.#sql.one("SELECT count(*) AS count FROM runs WHERE state = 'queued'").count);
  }

  /** How many stand before it; undefined if it does not wait. */
  position(run: string): number | undefined {
    const row = this.#sql.get(
      `SELECT (SELECT count(*) FROM runs AS other WHERE other.state = 'queued'
           AND (other.priority, other.rank) < (runs.priority, runs.rank)) AS position
       FROM runs WHERE id = ? AND state = 'queued'`,
      run,
    );
    return row && Number(row.position);
  }

  /** Whether it waits, and so has that place now, with a priority between those of its neighbours. */
  move(run: string, position: number): boolean {
    if (!this.#sql.get("SELECT 1 FROM runs WHERE id = ? AND state = 'queued' AND passing IS NULL", run)) return false;
    this.#sql.transaction(() => {
      // Those in passing stay behind it.
      const others = this.#sql.all(
        "SELECT id, priority FROM runs WHERE state = 'queued' AND id <> ? AND priority < ? ORDER BY priority, rank",
        run,
        priorities.length,
      );
      const to = Math.min(position, others.length);
      const own = this.#sql.one("SELECT priority FROM runs WHERE id = ?", run);
      const [before, mine, after] = [others[to - 1], own, others[to]].map(
        (row) => row && priorities[Number(row.priority)],
      );
      this.#sql.run("UPDATE runs SET priority = ? WHERE id = ?", rankOf(between(before, mine!, after)), run);
      for (const [rank, id] of others
        .map(({ id }) => String(id))
        .toSpliced(to, 0, run)
        .entries())
        this.#sql.run("UPDATE runs SET rank = ? WHERE id = ?", rank, id);
    });
    return true;
  }

  /** Whether it waits, and so stands last among those of that priority now. */
  prioritize(run: string, priority: Priority): boolean {
    const changes = this.#sql.run(
      `UPDATE runs SET priority = ?1, rank = 1 + coalesce(
         (SELECT max(rank) FROM runs AS other WHERE other.state = 'queued' AND other.priority = ?1), 0
       ) WHERE id = ?2 AND state = 'queued' AND passing IS NULL`,
      rankOf(priority),
      run,
    );
    return changes > 0;
  }

  /** A run that was begun waits again, before all others. */
  putFirst(run: string): void {
    this.#sql.run(
      `UPDATE runs SET state = 'queued',
         priority = min(priority, coalesce((SELECT min(priority) FROM runs WHERE state = 'queued'), priority)),
         rank = coalesce((SELECT min(rank) FROM runs WHERE state = 'queued'), 1) - 1 WHERE id = ?`,
      run,
    );
  }
}
