import type { Priority } from "../../wire/wire.ts";
import { priorities } from "../port.ts";
import { between, passedOver, rankOf } from "../priority.ts";
import type { Row, Statements } from "./statements.ts";

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

  /** The one that waits behind all others. */
  last(): string | undefined {
    const row = this.#sql.get("SELECT id FROM runs WHERE state = 'queued' ORDER BY priority DESC, rank DESC LIMIT 1");
    return row && String(row.id);
  }

  /** Takes the next run out of the line, unless the queue is paused: its owner has had a turn. Part of a transaction. */
  begin(time: number): Row | undefined {
    const row = this.#sql.get(
      `UPDATE runs SET state = 'running', attempts = attempts + 1, since = seq, started = coalesce(started, ?), rank = NULL
       WHERE n = (SELECT n FROM runs WHERE state = 'queued' ORDER BY priority, rank LIMIT 1)
         AND (SELECT paused FROM queue) = 0 RETURNING n, id, fresh, attempts, owner`,
      time,
    );
    const newest = row && this.#sql.get("SELECT owner FROM turns ORDER BY n DESC LIMIT 1");
    if (row && newest?.owner !== row.owner)
      this.#sql.run(
        `INSERT INTO turns VALUES (?, 1 + (SELECT coalesce(max(n), 0) FROM turns))
         ON CONFLICT (owner) DO UPDATE SET n = excluded.n`,
        String(row.owner),
      );
    return row;
  }

  /** The rank of a run that enters in front of those of that standing. */
  firstRank(standing: number): number {
    const { low } = this.#sql.one(
      "SELECT min(rank) AS low FROM runs WHERE state = 'queued' AND priority = ?",
      standing,
    );
    return Number(low ?? 0) - 1;
  }

  /** The rank of a run that enters those of that standing where its owner's turn comes. Part of a transaction. */
  rankByTurn(standing: number, owner = ""): number {
    const { own } = this.#sql.one(
      "SELECT max(rank) AS own FROM runs WHERE state = 'queued' AND priority = ? AND owner = ?",
      standing,
      owner,
    );
    const behind = this.#sql.each(
      "SELECT rank, owner FROM runs WHERE state = 'queued' AND priority = ? AND rank > ? ORDER BY rank",
      standing,
      own ?? Number.NEGATIVE_INFINITY,
    );
    const seen: number[] = [];
    const owners = function* () {
      for (const { rank, owner: other } of behind) {
        seen.push(Number(rank));
        yield String(other);
      }
    };
    const passed = passedOver(owners(), own === null ? this.#hadTurnSince(owner) : []);
    const [before = own === null ? undefined : Number(own), after] = [seen[passed - 1], seen[passed]];
    if (after === undefined) return (before ?? 0) + 1;
    if (before === undefined) return after - 1;
    const middle = (before + after) / 2;
    if (before < middle && middle < after) return middle;
    // There is no number left between the two.
    this.#number(this.#ids(standing));
    return this.rankByTurn(standing, owner);
  }

  #hadTurnSince(owner: string): readonly string[] {
    return this.#sql
      .all("SELECT owner FROM turns WHERE n > coalesce((SELECT n FROM turns WHERE owner = ?), 0)", owner)
      .map((row) => String(row.owner));
  }

  #ids(standing: number): readonly string[] {
    return this.#sql
      .all("SELECT id FROM runs WHERE state = 'queued' AND priority = ? AND rank IS NOT NULL ORDER BY rank", standing)
      .map(({ id }) => String(id));
  }

  /** Gives those runs the ranks 0, 1, 2 and so on. */
  #number(runs: readonly string[]): void {
    for (const [rank, id] of runs.entries()) this.#sql.run("UPDATE runs SET rank = ? WHERE id = ?", rank, id);
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
      this.#number(others.map(({ id }) => String(id)).toSpliced(to, 0, run));
    });
    return true;
  }

  /** Whether it waits, and so has entered those of that priority now, where its owner's turn comes. */
  prioritize(run: string, priority: Priority): boolean {
    return this.#sql.transaction(() => {
      // It is not behind itself.
      const row = this.#sql.get(
        "UPDATE runs SET rank = NULL WHERE id = ? AND state = 'queued' AND passing IS NULL RETURNING owner",
        run,
      );
      if (!row) return false;
      const rank = this.rankByTurn(rankOf(priority), String(row.owner));
      return this.#sql.run("UPDATE runs SET priority = ?, rank = ? WHERE id = ?", rankOf(priority), rank, run) > 0;
    });
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
