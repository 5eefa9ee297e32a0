import type { Database } from "../data-folder/database.ts";
import type { Limits } from "./tokens.ts";
import type { Who } from "./who.ts";

const hourMs = 3600 * 1000;
/** Seconds after which who has too many runs waiting may ask again. */
const laterSeconds = 30;

/** That a token may submit no run now: what is wrong, what to do, and the seconds to wait. */
export type OverQuota = { readonly detail: string; readonly remedy: string; readonly retryAfter: number };

/** Counts the runs of tokens that have limits. The counts outlive the server; runs that are deleted stay counted. */
export class Quotas {
  readonly #database: Database;
  readonly #waits: (run: string) => Promise<boolean>;
  readonly #now: () => number;
  /** Runs that are being checked: they are in no queue yet. */
  readonly #pending = new Set<string>();

  /** `waits` says whether a run is in the queue and has not begun. */
  constructor(database: Database, waits: (run: string) => Promise<boolean>, now: () => number = Date.now) {
    this.#database = database;
    this.#waits = waits;
    this.#now = now;
  }

  /**
   * Does the work that submits a run, if the token may submit one more. One that is not accepted does not count. Returns why not, if the
   * token has used what it has.
   */
  async within<T>(
    who: Who,
    run: string,
    submit: () => Promise<T>,
  ): Promise<{ readonly over: OverQuota } | { readonly done: T }> {
    const { limits, token } = who;
    if (limits.runsPerHour === undefined && limits.queued === undefined) return { done: await submit() };
    await this.#lookWhichWait(token);
    const over = this.#over(who);
    if (over) return { over };
    const insert = "INSERT INTO submissions (run, token, time, waits) VALUES (?, ?, ?, 1)";
    this.#database.sql.prepare(insert).run(run, token, this.#now());
    this.#pending.add(run);
    try {
      return { done: await submit() };
    } catch (error) {
      this.#database.sql.prepare("DELETE FROM submissions WHERE run = ?").run(run);
      throw error;
    } finally {
      this.#pending.delete(run);
    }
  }

  /** What the token has used of its limits. Writes nothing. */
  async used({ token }: Pick<Who, "token">): Promise<Required<Pick<Limits, "runsPerHour" | "queued">>> {
    const { length: over } = await this.#begun(token);
    return {
      runsPerHour: this.#count(token, "time > ?", this.#now() - hourMs),
      queued: this.#count(token, "waits = ?", 1) - over,
    };
  }

  #over({ name, token, limits: { runsPerHour, queued } }: Who): OverQuota | undefined {
    const now = this.#now();
    const more = "or ask whoever runs the server for more";
    if (queued !== undefined && this.#count(token, "waits = ?", 1) >= queued) {
      const detail = `The token "${name}" may have ${runs(queued)} waiting at once, and has.`;
      return { detail, remedy: `Wait until one has begun, or cancel one, ${more}.`, retryAfter: laterSeconds };
    }
    if (runsPerHour === undefined || this.#count(token, "time > ?", now - hourMs) < runsPerHour) return undefined;
    // The oldest that has to be an hour ago before there is room.
    const text = "SELECT time FROM submissions WHERE token = ? AND time > ? ORDER BY time DESC LIMIT 1 OFFSET ?";
    const row = this.#database.sql.prepare(text).get(token, now - hourMs, Math.max(0, runsPerHour - 1));
    const retryAfter = Math.max(1, Math.ceil((Number(row?.time ?? now) + hourMs - now) / 1000));
    const detail = `The token "${name}" may submit ${runs(runsPerHour)} an hour, and has.`;
    const remedy =
      runsPerHour === 0 ? "Ask whoever runs the server for more." : `Wait ${minutes(retryAfter)}, ${more}.`;
    return { detail, remedy, retryAfter };
  }

  /** Of the runs that waited, those that no longer do; and none stays that counts for nothing. */
  async #lookWhichWait(token: string): Promise<void> {
    const { sql } = this.#database;
    for (const run of await this.#begun(token)) sql.prepare("UPDATE submissions SET waits = 0 WHERE run = ?").run(run);
    sql.prepare("DELETE FROM submissions WHERE waits = 0 AND time <= ?").run(this.#now() - hourMs);
  }

  /** The runs of the token that are noted as waiting and no longer do. */
  async #begun(token: string): Promise<readonly string[]> {
    const text = "SELECT run FROM submissions WHERE token = ? AND waits = 1";
    const noted = this.#database.sql.prepare(text).all(token);
    const begun: string[] = [];
    for (const { run } of noted) {
      const id = String(run);
      if (!this.#pending.has(id) && !(await this.#waits(id))) begun.push(id);
    }
    return begun;
  }

  #count(token: string, which: "time > ?" | "waits = ?", value: number): number {
    const text = `SELECT count(*) AS n FROM submissions WHERE token = ? AND ${which}`;
    return Number(this.#database.sql.prepare(text).get(token, value)!.n);
  }
}

const runs = (n: number) => (n === 0 ? "no runs" : n === 1 ? "1 run" : `${n} runs`);
const minutes = (seconds: number) => (seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`);
