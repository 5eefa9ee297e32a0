import type { Database } from "../../data-folder/database.ts";
import type { Priority } from "../../wire/wire.ts";
import { gotFurther, tellsProgress } from "../attempts/progress.ts";
import { Reported } from "../attempts/reported.ts";
import { EventFeed } from "../event-feed.ts";
import { continues, effectOf, endedBy, isTooMuch, lostTooOften, readEvent, writeEvent } from "../log-effect.ts";
import {
  type EventLog,
  keptPassing,
  type Lease,
  LeaseLost,
  type LogEntry,
  type Logged,
  type LoggedJson,
  maxAttempts,
  type QueueWatcher,
  type RunFilter,
  type RunInPassing,
  type RunQueue,
  type RunRequest,
} from "../port.ts";
import { standingOf } from "../priority.ts";
import { Watchers } from "../watchers.ts";
import { RunRows } from "./run-rows.ts";
import { type Row, Statements } from "./statements.ts";
import { WaitingLine } from "./waiting-line.ts";

/** Watchers are notified of this many waiting runs when places change. */
const notifiedWaiting = 50;
/** Runs that are removed at once. */
const removedAtOnce = 500;

/** An event that was added to a log. */
type Added = { readonly event: Logged; readonly written: LoggedJson };

/** The queue in the database of a data folder. A lease holds as long as the folder's lock: when the process ends, so do its leases. */
export class SqliteQueue implements RunQueue {
  readonly events: EventLog;
  readonly #sql: Statements;
  readonly #rows: RunRows;
  readonly #line: WaitingLine;
  readonly #feed: EventFeed;
  readonly #watchers = new Watchers();
  readonly #reported = new Reported(() => this.#store());
  /** The leases of this process, by run. */
  readonly #own = new Map<string, number>();

  constructor(database: Database) {
    this.#sql = new Statements(database);
    this.#line = new WaitingLine(this.#sql);
    const rows = new RunRows(this.#sql);
    this.#rows = rows;
    this.#feed = new EventFeed({
      read: (run, after, limit) => rows.events(run, after, limit),
      last: (run) => rows.seq(run),
    });
    this.events = {
      read: async (run, after, limit) => this.#settled().events(run, after, limit).map(readEvent),
      last: async (run) => this.#settled().seq(run),
      subscribe: (run, after, onReady) => {
        this.#store();
        return this.#feed.subscribe(run, after, onReady);
      },
    };
  }

  async submit(id: string, request: RunRequest, order: Uint8Array, place: "first" | "last" = "last"): Promise<void> {
    const time = Date.now();
    const event = this.#sql.transaction(() => {
      const standing = standingOf(request);
      const rank = place === "first" ? this.#line.firstRank(standing) : this.#line.rankByTurn(standing, request.owner);
      this.#rows.insert(id, request, order, rank, time);
      return this.#add(id, { event: "run.queued" }, time);
    });
    this.#publish(event);
    if (this.#line.last() !== id) this.#notifyPlaces();
    this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  async lease(): Promise<Lease | undefined> {
    const row = this.#sql.transaction(() => this.#line.begin(Date.now()));
    if (!row) return undefined;
    const run = String(row.id);
    const attempts = Number(row.attempts);
    const checked = this.#sql.get("SELECT body FROM checked WHERE run = ?", Number(row.n));
    this.#own.set(run, attempts);
    this.#changed(run);
    this.#notifyPlaces();
    return { run, token: attempts, attempts, fresh: row.fresh === 1, order: checked?.body as Uint8Array | undefined };
  }

  report(lease: Lease, entry: LogEntry, time = Date.now()): Promise<Logged | undefined> {
    return this.#reported.add(lease, entry, time);
  }

  async fail(lease: Lease, message: string): Promise<void> {
    this.#store();
    this.#end(lease, message);
  }

  async giveBack(lease: Lease, what: string): Promise<void> {
    this.#store();
    const lost = this.#lostWith(lease);
    if (lost < maxAttempts || this.#isStopping(lease)) this.#release(lease, what, lost);
    else this.#end(lease, lostTooOften(what, lease.attempts));
  }

  async isLastAttempt(lease: Lease): Promise<boolean> {
    this.#store();
    return this.#lostWith(lease) >= maxAttempts;
  }

  async putBack(lease: Lease, what: string): Promise<void> {
    this.#store();
    this.#release(lease, what, Math.max(0, this.#lostWith(lease) - 1));
  }

  async recover(what: string): Promise<void> {
    this.#store();
    for (const { id, attempts } of this.#sql.all(
      "SELECT id, attempts FROM runs WHERE state = 'running' ORDER BY n DESC",
    )) {
      const lease = {
        run: String(id),
        token: Number(attempts),
        attempts: Number(attempts),
        fresh: false,
        order: undefined,
      };
      if (this.#own.get(lease.run) !== lease.token) await this.giveBack(lease, what);
    }
  }

  async forgetOrders(): Promise<void> {
    this.#sql.run("DELETE FROM checked");
  }

  async cancel(run: string): Promise<boolean> {
    this.#store();
    if (this.#sql.run("UPDATE runs SET stopping = 1 WHERE id = ? AND state = 'running'", run) > 0) {
      this.#watchers.notify((watcher) => watcher.stopping?.(run));
      return true;
    }
    const event = this.#sql.transaction(() =>
      this.#line.position(run) === undefined ? undefined : this.#add(run, endedBy("run.cancelled"), Date.now()),
    );
    if (!event) return false;
    this.#publish(event);
    this.#notifyPlaces();
    return true;
  }

  async makeRoom(run: string): Promise<void> {
    this.#store();
    const others = this.#sql.all(
      `SELECT other.id FROM runs AS own JOIN runs AS other ON other.n < own.n
       WHERE own.id = ? AND other.passing IS NOT NULL AND other.ended IS NULL AND other.stopping = 0
         AND coalesce(own.passing, other.passing) = other.passing`,
      run,
    );
    await Promise.all(others.map(({ id }) => this.cancel(String(id))));
  }

  async cancelWaiting(): Promise<number> {
    const time = Date.now();
    const events = this.#sql.transaction(() =>
      this.#line.runs().map((run) => this.#add(run, endedBy("run.cancelled"), time)),
    );
    for (const event of events) this.#publish(event);
    return events.length;
  }

  async move(run: string, position: number): Promise<boolean> {
    return this.#placed(run, this.#line.move(run, position));
  }

  async prioritize(run: string, priority: Priority): Promise<boolean> {
    return this.#placed(run, this.#line.prioritize(run, priority));
  }

  paused = async () => this.#sql.one("SELECT paused FROM queue").paused === 1;

  async pause(is: boolean): Promise<void> {
    this.#sql.run("UPDATE queue SET paused = ?", is ? 1 : 0);
    this.#watchers.notify((watcher) => watcher.paused?.(is));
    if (!is) this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  async remove(run: string): Promise<boolean> {
    this.#store();
    const row = this.#sql.get("SELECT state FROM runs WHERE id = ?", run);
    if (!row || row.state === "running") return false;
    this.#delete([run]);
    return true;
  }

  async retain(keep: number): Promise<number> {
    const beyond = (which: string, kept: number) =>
      // To learn that there are no more than endlessly many takes a look at each.
      kept === Number.POSITIVE_INFINITY
        ? []
        : this.#sql.all(
            `SELECT id FROM runs WHERE ended IS NOT NULL AND ${which} ORDER BY n DESC LIMIT ? OFFSET ?`,
            removedAtOnce,
            kept,
          );
    this.#store();
    const old = [...beyond("passing IS NULL", keep), ...beyond("passing IS NOT NULL", keptPassing)];
    this.#delete(old.map(({ id }) => String(id)));
    return old.length;
  }

  /** Deletes runs that are not running, in one transaction. */
  #delete(runs: readonly string[]): void {
    if (runs.length === 0) return;
    this.#sql.transaction(() => {
      for (const run of runs) this.#rows.delete(run);
    });
    for (const run of runs) this.#feed.remove(run);
    this.#notifyPlaces();
    for (const run of runs) this.#watchers.notify((watcher) => watcher.gone?.(run));
  }

  find = async (run: string) => this.#settled().find(run);
  record = async (run: string) => this.#settled().record(run);
  list = async (filter: RunFilter) => this.#settled().list(filter);
  waiting = async (limit?: number) => this.#line.runs(limit);
  position = async (run: string) => this.#line.position(run);
  countWaiting = async () => this.#line.count();
  kinds = async (run: string) => this.#rows.kinds(run);

  async inPassing(): Promise<readonly RunInPassing[]> {
    return this.#sql
      .all("SELECT id, passing, state FROM runs WHERE passing IS NOT NULL AND ended IS NULL ORDER BY n")
      .map(({ id, passing, state }) => ({ run: String(id), name: String(passing), waits: state === "queued" }));
  }

  watch(watcher: QueueWatcher): () => void {
    return this.#watchers.add(watcher);
  }

  /** The rows, with all that was reported until now. */
  #settled(): RunRows {
    this.#store();
    return this.#rows;
  }

  /** Stores what was reported, in one transaction: a lease that is lost takes only its own reports with it, a full disk all. */
  #store(): void {
    const reports = this.#reported.take();
    if (reports.length === 0) return;
    try {
      const stored = this.#sql.transaction(() =>
        reports.flatMap((report) => {
          try {
            this.#holding(report.lease);
          } catch (error) {
            report.reject(error);
            return [];
          }
          return [{ ...report, added: this.#add(report.lease.run, report.entry, report.time) }];
        }),
      );
      for (const { added, resolve, reject } of stored) {
        // A watcher that throws fails the report of its event alone: all of them are stored.
        try {
          resolve(this.#publish(added));
        } catch (error) {
          reject(error);
        }
      }
    } catch (error) {
      for (const { reject } of reports) reject(error);
    }
  }

  /** The row of the run that the lease holds. Throws LeaseLost. */
  #holding(lease: Lease): Row {
    const row = this.#sql.get(
      "SELECT * FROM runs WHERE id = ? AND state = 'running' AND attempts = ?",
      lease.run,
      lease.token,
    );
    if (!row) throw new LeaseLost(lease);
    return row;
  }

  /** Adds an event to a log, unless it is one too many, and to the run's record what follows from it. Part of a transaction. */
  #add(id: string, entry: LogEntry, time: number): Added | undefined {
    const row = this.#sql.one("SELECT n, seq FROM runs WHERE id = ?", id);
    const [n, seq] = [Number(row.n), Number(row.seq) + 1];
    const { error, output, end } = effectOf(entry);
    if (isTooMuch(entry, seq) || (output && !this.#rows.addOutput(n, output))) return undefined;
    const event: Logged = { ...entry, seq, run: id, time };
    const written = writeEvent(event);
    this.#rows.addEvent(n, written);
    if (error !== undefined) this.#sql.run("UPDATE runs SET error = coalesce(error, ?) WHERE n = ?", error, n);
    if (end) {
      this.#sql.run("UPDATE runs SET state = ?, ended = ?, rank = NULL WHERE n = ?", end, time, n);
      this.#sql.run("DELETE FROM checked WHERE run = ?", n);
      this.#own.delete(id);
    }
    return { event, written };
  }

  #end(lease: Lease, message: string): void {
    const time = Date.now();
    const events = this.#sql.transaction(() => {
      this.#holding(lease);
      this.#sql.run("UPDATE runs SET error = coalesce(error, ?) WHERE id = ?", message, lease.run);
      const entries: LogEntry[] = [{ event: "notice", message }, endedBy("run.failed")];
      return entries.map((entry) => this.#add(lease.run, entry, time));
    });
    for (const event of events) this.#publish(event);
  }

  #isStopping(lease: Lease): boolean {
    return this.#holding(lease).stopping === 1;
  }

  /** How often the run of that lease would have been lost in a row without getting further, if it were lost now. */
  #lostWith(lease: Lease): number {
    const { lost, since } = this.#holding(lease);
    const log = this.#rows.events(lease.run, 0, Number.POSITIVE_INFINITY).filter(({ json }) => tellsProgress(json));
    return gotFurther(log.map(readEvent), Number(since)) ? 1 : Number(lost) + 1;
  }

  /** The run of that lease waits again, before all others, or ends if somebody asked to cancel it. */
  #release(lease: Lease, what: string, lost: number): void {
    const { run } = lease;
    const stopping = this.#isStopping(lease);
    const event = this.#sql.transaction(() => {
      if (stopping) return this.#add(run, endedBy("run.cancelled"), Date.now());
      this.#sql.run("UPDATE runs SET lost = ? WHERE id = ?", lost, run);
      this.#line.putFirst(run);
      return this.#add(run, { event: "notice", message: continues(what) }, Date.now());
    });
    this.#own.delete(run);
    this.#publish(event);
    if (stopping) return;
    this.#notifyPlaces();
    this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  #publish(added: Added | undefined): Logged | undefined {
    if (!added) return undefined;
    const { event, written } = added;
    this.#feed.add(written);
    this.#watchers.notify((watcher) => watcher.event?.(event));
    this.#changed(event.run);
    return event;
  }

  #changed(run: string): void {
    this.#watchers.notify((watcher) => watcher.changed?.(run));
  }

  /** Says that a run has another place, if it has. */
  #placed(run: string, is: boolean): boolean {
    if (!is) return false;
    this.#notifyPlaces();
    // It may stand behind those that are notified.
    this.#changed(run);
    return true;
  }

  /** The places of the waiting runs have changed; those far behind need not be known at once. */
  #notifyPlaces(): void {
    for (const run of this.#line.runs(notifiedWaiting)) this.#changed(run);
  }
}
