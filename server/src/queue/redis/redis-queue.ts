import { randomUUID } from "node:crypto";
import { Recent } from "@clipwork/engine";
import type { Offer } from "../../documents/needs.ts";
import { Connection } from "../../redis/connection.ts";
import type { Priority } from "../../wire/wire.ts";
import { Further, tellsProgress } from "../attempts/progress.ts";
import { type Report, Reported } from "../attempts/reported.ts";
import { continues, endedBy, lostTooOften, readEvent } from "../log-effect.ts";
import {
  type EventLog,
  keptPassing,
  type Lease,
  LeaseLost,
  type LogEntry,
  type Logged,
  maxAttempts,
  type QueueWatcher,
  type RunFilter,
  type RunRequest,
  type SharedQueue,
} from "../port.ts";
import { rankOf, standingOf } from "../priority.ts";
import { Watchers } from "../watchers.ts";
import { Placement } from "./placement.ts";
import { Presence } from "./presence.ts";
import { bodyOf, RedisLog, reportArguments, sizeOf, writtenEvent } from "./redis-log.ts";
import { RedisRuns, splitRequest } from "./redis-runs.ts";
import { RemoteFeed } from "./remote-feed.ts";
import { type Answer, listOf, type News, Scripts } from "./scripts.ts";

/** Runs that are removed at once. */
const removedAtOnce = 500;
/** How long a queue that is closed waits for Redis at most, in milliseconds. */
const closeMs = 10_000;
/** Of so many runs it is remembered that they were told to stop. */
const rememberedStops = 1000;

const cancelled = bodyOf(endedBy("run.cancelled"));
const failed = bodyOf(endedBy("run.failed"));
const noticed = (message: string) => bodyOf({ event: "notice", message });

export type RedisQueueOptions = {
  /** Before the names of all keys. */
  readonly prefix?: string;
  /** A process that has said nothing for so many milliseconds has ended, and its leases with it. */
  readonly lifeMs?: number;
  /** A run for which there has been no worker for so many milliseconds, while there were others, fails. */
  readonly lackMs?: number;
  /** A run is left to workers that have its packs loaded for so many milliseconds at most. */
  readonly passMs?: number;
  /**
   * A process that has no viewers hears from others only that there is something to lease or to stop: there may be hundreds of them, and each run has a hundred
   * events.
   */
  readonly hears?: "all" | "work";
  readonly onFault: (error: unknown) => void;
};

/** The queue that several servers and workers share, in Redis or Valkey. A lease holds as long as its process says that it lives. */
export class RedisQueue implements SharedQueue {
  readonly events: EventLog;
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #hears: "all" | "work";
  readonly #process = randomUUID();
  readonly #scripts: Scripts;
  readonly #runs: RedisRuns;
  readonly #log: RedisLog;
  readonly #feed: RemoteFeed;
  readonly #watchers = new Watchers();
  readonly #presence: Presence;
  readonly #placement: Placement;
  /** Runs that were told to stop. */
  readonly #stopping = new Recent<true>(rememberedStops, rememberedStops);
  readonly #onFault: (error: unknown) => void;
  #isClosed = false;
  readonly #reported = new Reported(() => {
    this.#storing = this.#store();
  });
  #storing: Promise<void> = Promise.resolve();

  private constructor(connection: Connection, options: RedisQueueOptions) {
    const { prefix = "clipwork:", lifeMs = 30_000, lackMs, passMs, hears = "all", onFault } = options;
    this.#connection = connection;
    this.#hears = hears;
    this.#prefix = prefix;
    this.#onFault = onFault;
    this.#scripts = new Scripts(connection, prefix, this.#process);
    this.#runs = new RedisRuns(connection, prefix);
    this.#log = new RedisLog(connection, prefix);
    this.#feed = new RemoteFeed(this.#log, onFault);
    this.#presence = new Presence({ connection, prefix, process: this.#process, lifeMs, onFault });
    const wake = () => this.#watchers.notify((watcher) => watcher.waiting?.());
    this.#placement = new Placement((...call) => this.#change(...call), wake, { lifeMs, lackMs, passMs });
    this.events = {
      read: async (run, after, limit) => {
        await this.#settled();
        return (await this.#log.read(run, after, limit)).map(readEvent);
      },
      last: async (run) => {
        await this.#settled();
        return this.#log.last(run);
      },
      subscribe: (run, after, onReady) => this.#feed.subscribe(run, after, onReady),
    };
  }

  /** Connects to the server of that address, `redis://…` or `rediss://…`. Rejects with NoRedis. */
  static async open(address: string, options: RedisQueueOptions): Promise<RedisQueue> {
    const connection = await Connection.open(address, options.onFault);
    const queue = new RedisQueue(connection, options);
    await connection.hear(`${queue.#prefix}${queue.#hears === "work" ? "work" : "news"}`, (message) => {
      const news: News = JSON.parse(message);
      if (news.origin === queue.#process) return;
      // Nobody else would catch what a watcher throws.
      try {
        queue.#tell(news);
      } catch (error) {
        options.onFault(error);
      }
    });
    connection.onBack(() => void queue.#lookAgain().catch(options.onFault));
    queue.#presence.begin(() => queue.sweep());
    return queue;
  }

  /** From now on Redis is waited for so many milliseconds at most: what it has not answered then is given up. */
  endWithin(ms: number): void {
    this.#connection.endWithin(ms);
  }

  /**
   * Ends the connection, and all leases of this process. If Redis does not answer meanwhile, what this process had leased is given back by others
   * when they miss it.
   */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.endWithin(closeMs);
    await this.#settled();
    this.#placement.close();
    await this.#presence.end().catch(this.#onFault);
    await this.#connection.close();
  }

  async submit(id: string, request: RunRequest, order: Uint8Array, place: "first" | "last" = "last"): Promise<void> {
    const { document, workflow = "", passing = "", owner = "" } = request;
    const { fields, asked, kinds, needs, class: needsClass } = splitRequest(request);
    const body = bodyOf({ event: "run.queued" });
    const standing = String(standingOf(request));
    const answer = await this.#change(
      "submit",
      ...[id, fields, document, order, standing, place, workflow, passing, body],
      ...[asked, kinds, needs, needsClass, owner],
    );
    if (answer.twice) throw new Error(`There is a run ${id} already.`);
  }

  async lease(): Promise<Lease | undefined> {
    const { run, attempts = 0, order, fields = "{}" } = await this.#placement.lease();
    return run === undefined
      ? undefined
      : { run, token: attempts, attempts, fresh: JSON.parse(fields).fresh === true, order };
  }

  report(lease: Lease, entry: LogEntry, time = Date.now()): Promise<Logged | undefined> {
    return this.#reported.add(lease, entry, time);
  }

  async fail(lease: Lease, message: string): Promise<void> {
    await this.#settled();
    await this.#end(lease, message, "");
  }

  async giveBack(lease: Lease, what: string): Promise<void> {
    await this.#settled();
    await this.#lose(lease, what, "");
  }

  async isLastAttempt(lease: Lease): Promise<boolean> {
    await this.#settled();
    const { state, attempts } = (await this.#runs.record(lease.run)) ?? {};
    if (state !== "running" || attempts !== lease.token) throw new LeaseLost(lease);
    return (await this.#lostWith(lease.run)).lost >= maxAttempts;
  }

  async putBack(lease: Lease, what: string): Promise<void> {
    await this.#settled();
    const { lost } = await this.#lostWith(lease.run);
    await this.#release(lease, what, Math.max(0, lost - 1), "");
  }

  async recover(what: string): Promise<void> {
    await this.#settled();
    for (const { run, holder, attempts } of await this.#runs.leases())
      if (await this.#presence.hasEnded(holder)) await this.#lose(leaseOf(run, attempts), what, "dead").catch(lateOnly);
  }

  async forgetOrders(): Promise<void> {
    await this.#change("forgetOrders");
  }

  async cancel(run: string): Promise<boolean> {
    return (await this.#change("cancel", run, cancelled)).done === true;
  }

  async makeRoom(run: string): Promise<void> {
    await this.#change("makeRoom", run, cancelled);
  }

  async cancelWaiting(): Promise<number> {
    return (await this.#change("cancelWaiting", cancelled)).count ?? 0;
  }

  async move(run: string, position: number): Promise<boolean> {
    return (await this.#change("move", run, String(position))).done === true;
  }

  async prioritize(run: string, priority: Priority): Promise<boolean> {
    return (await this.#change("prioritize", run, String(rankOf(priority)))).done === true;
  }

  async paused(): Promise<boolean> {
    await this.#settled();
    return (await this.#connection.send(["GET", `${this.#prefix}paused`])) === "1";
  }

  async pause(is: boolean): Promise<void> {
    await this.#change("pause", is ? "1" : "0");
  }

  async remove(run: string): Promise<boolean> {
    return (await this.#change("remove", run)).done === true;
  }

  async retain(keep: number): Promise<number> {
    const ended = keep === Number.POSITIVE_INFINITY ? [] : ["ended", String(keep)];
    const kept = ["passed", String(keptPassing), ...ended];
    return (await this.#change("retain", String(removedAtOnce), ...kept)).count ?? 0;
  }

  find = async (run: string) => (await this.#settledRuns()).find(run);
  record = async (run: string) => (await this.#settledRuns()).record(run);
  list = async (filter: RunFilter) => (await this.#settledRuns()).list(filter);
  inPassing = async () => (await this.#settledRuns()).inPassing();
  kinds = async (run: string) => (await this.#settledRuns()).kinds(run);

  async waiting(limit = 1_000_000): Promise<readonly string[]> {
    return listOf((await this.#scripts.read("waiting", String(limit))).runs);
  }

  async countWaiting(): Promise<number> {
    return (await this.#scripts.read("countWaiting")).count ?? 0;
  }

  async position(run: string): Promise<number | undefined> {
    const { position } = await this.#scripts.read("position", run);
    return position === false ? undefined : position;
  }

  async offer(offer: Offer | undefined): Promise<void> {
    await this.#placement.offer(offer);
    if (offer) this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  watch(watcher: QueueWatcher): () => void {
    return this.#watchers.add(watcher);
  }

  /** Changes something after all that was reported until now, and tells the watchers of this process. */
  async #change(command: string, ...args: readonly (string | Uint8Array)[]): Promise<Answer> {
    await this.#settled();
    const answer = await this.#scripts.change(command, ...args);
    this.#tell(answer.news);
    return answer;
  }

  async #settled(): Promise<void> {
    if (!this.#reported.isEmpty) this.#storing = this.#store();
    await this.#storing;
    await this.#scripts.settled();
  }

  async #settledRuns(): Promise<RedisRuns> {
    await this.#settled();
    return this.#runs;
  }

  /** Stores what was reported, that of each lease in one step: a lease that is lost takes only its own reports with it. */
  async #store(): Promise<void> {
    const reports = this.#reported.take();
    const byRun = Map.groupBy(reports, ({ lease }) => `${lease.run} ${lease.token}`);
    await Promise.all([...byRun.values()].map((own) => this.#storeOf(own)));
  }

  async #storeOf(reports: readonly Report[]): Promise<void> {
    const { lease } = reports[0]!;
    const args = reports.flatMap(({ entry, time }) => reportArguments(entry, time));
    const answer = await this.#scripts.change("report", lease.run, String(lease.token), ...args).catch((error) => {
      for (const { reject } of reports) reject(error);
    });
    if (!answer) return;
    const numbers = listOf(answer.numbers);
    for (const [i, { entry, time, resolve, reject }] of reports.entries()) {
      const seq = numbers[i];
      if (seq === undefined) reject(new LeaseLost(lease));
      else if (seq === 0) resolve(undefined);
      else {
        const event: Logged = { ...entry, seq, run: lease.run, time };
        this.#feed.add({ run: lease.run, seq, size: sizeOf(entry), json: writtenEvent(event, bodyOf(entry)) });
        // A watcher that throws fails the report of its event alone: all of them are stored.
        try {
          this.#watchers.notify((watcher) => watcher.event?.(event));
          resolve(event);
        } catch (error) {
          reject(error);
        }
      }
    }
    this.#tell(answer.news);
  }

  /** Tells what has happened to all who listen here. */
  #tell(news: News): void {
    for (const [run, seq, size, json] of listOf(news.events)) {
      if (json === undefined) continue;
      this.#feed.add({ run, seq, size, json });
      this.#watchers.notify((watcher) => watcher.event?.(JSON.parse(json)));
    }
    const changed = new Set([...listOf(news.changed), ...listOf(news.places)]);
    this.#watchers.notify((watcher) => {
      for (const run of changed) watcher.changed?.(run);
      for (const run of listOf(news.stopping)) watcher.stopping?.(run);
    });
    for (const run of listOf(news.stopping)) this.#stopping.set(run, true, 1);
    for (const run of listOf(news.gone)) {
      this.#feed.remove(run);
      this.#watchers.notify((watcher) => watcher.gone?.(run));
    }
    if (news.paused !== undefined) this.#watchers.notify((watcher) => watcher.paused?.(news.paused!));
    if (news.waiting) this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  /** After a time without a line: what was said meanwhile nobody here has heard. */
  async #lookAgain(): Promise<void> {
    const leases = await this.#runs.leases();
    // Told again it would mean at once.
    const stopping = leases.flatMap(({ run, isStopping }) => (isStopping && !this.#stopping.get(run) ? [run] : []));
    if (this.#hears === "work") return this.#tell({ origin: "", stopping, waiting: true });
    this.#feed.look();
    const [{ runs }, waiting, paused] = await Promise.all([this.list({ limit: 100 }), this.waiting(50), this.paused()]);
    const changed = runs.map(({ id }) => id);
    this.#tell({ origin: "", changed, places: waiting, stopping, paused, ...(!paused && { waiting: true }) });
  }

  /** How often a run would have been lost in a row without getting further, if it were lost now, and whether it is to stop. */
  async #lostWith(run: string): Promise<{ readonly lost: number; readonly isStopping: boolean }> {
    const { lost, since, isStopping } = await this.#runs.losses(run);
    const further = new Further(since);
    for await (const event of this.#log.all(run))
      if (tellsProgress(event.json) && further.hear(readEvent(event))) return { lost: 1, isStopping };
    return { lost: lost + 1, isStopping };
  }

  async #lose(lease: Lease, what: string, dead: "dead" | ""): Promise<void> {
    const { lost, isStopping } = await this.#lostWith(lease.run);
    if (lost < maxAttempts || isStopping) await this.#release(lease, what, lost, dead);
    else await this.#end(lease, lostTooOften(what, lease.attempts), dead);
  }

  async #release(lease: Lease, what: string, lost: number, dead: "dead" | ""): Promise<void> {
    const { run, token } = lease;
    const bodies = [noticed(continues(what)), cancelled];
    const answer = await this.#change("release", run, String(token), String(lost), ...bodies, dead);
    if (answer.lost) throw new LeaseLost(lease);
  }

  async #end(lease: Lease, message: string, dead: "dead" | ""): Promise<void> {
    const { run, token } = lease;
    const answer = await this.#change("fail", run, String(token), message, noticed(message), failed, dead);
    if (answer.lost) throw new LeaseLost(lease);
  }

  /** Sees what has become of other processes; it is called several times in a life. */
  async sweep(): Promise<void> {
    await Promise.all([this.#giveBackLost(), this.#placement.sweep()]);
  }

  /** Gives back what processes had leased that have ended without a word. */
  async #giveBackLost(): Promise<void> {
    for (const { run, holder, attempts } of await this.#runs.leases())
      if (await this.#presence.isMissed(holder))
        await this.#lose(leaseOf(run, attempts), "The worker that ran it was lost", "dead").catch(lateOnly);
  }
}

const leaseOf = (run: string, attempts: number): Lease => {
  return { run, token: attempts, attempts, fresh: false, order: undefined };
};

/** For `catch`: somebody else was first. */
function lateOnly(error: unknown): void {
  if (!(error instanceof LeaseLost)) throw error;
}
