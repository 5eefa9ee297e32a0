import { randomUUID } from "node:crypto";
import type { Offer } from "../../documents/needs.ts";
import { Connection } from "../../redis/connection.ts";
import type { Priority } from "../../wire/wire.ts";
import { endedBy, readEvent } from "../log-effect.ts";
import {
  type EventLog,
  keptPassing,
  type Lease,
  type LogEntry,
  type Logged,
  type QueueWatcher,
  type RunFilter,
  type RunRequest,
  type SharedQueue,
} from "../port.ts";
import { rankOf, standingOf } from "../priority.ts";
import { Changes } from "./changes.ts";
import { LostLeases } from "./lost-leases.ts";
import { Placement } from "./placement.ts";
import { Presence } from "./presence.ts";
import { bodyOf, RedisLog } from "./redis-log.ts";
import { RedisRuns, splitRequest } from "./redis-runs.ts";
import { RemoteFeed } from "./remote-feed.ts";
import { type Answer, listOf, type News, Scripts } from "./scripts.ts";
import { Telling } from "./telling.ts";

/** Runs that are removed at once, and those that are cancelled: Redis does nothing else meanwhile. */
const removedAtOnce = 500;
const cancelledAtOnce = 50;
/** How long a queue that is closed waits for Redis at most, in milliseconds. */
const closeMs = 10_000;

const cancelled = bodyOf(endedBy("run.cancelled"));

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
  readonly #feed: RemoteFeed;
  readonly #telling: Telling;
  readonly #changes: Changes;
  readonly #lost: LostLeases;
  readonly #presence: Presence;
  readonly #placement: Placement;
  readonly #onFault: (error: unknown) => void;
  #isClosed = false;

  private constructor(connection: Connection, options: RedisQueueOptions) {
    const { prefix = "clipwork:", lifeMs = 30_000, lackMs, passMs, hears = "all", onFault } = options;
    this.#connection = connection;
    this.#hears = hears;
    this.#prefix = prefix;
    this.#onFault = onFault;
    this.#scripts = new Scripts(connection, prefix, this.#process);
    this.#runs = new RedisRuns(connection, prefix);
    const log = new RedisLog(connection, prefix);
    this.#feed = new RemoteFeed(log, onFault);
    this.#telling = new Telling(this.#feed);
    this.#changes = new Changes(this.#scripts, this.#telling);
    this.#presence = new Presence({ connection, prefix, process: this.#process, lifeMs, onFault });
    this.#lost = new LostLeases({ runs: this.#runs, log, presence: this.#presence, changes: this.#changes });
    const wake = () => this.#telling.wake();
    this.#placement = new Placement((...call) => this.#change(...call), wake, { lifeMs, lackMs, passMs });
    this.events = {
      read: async (run, after, limit) => {
        await this.#settled();
        return (await log.read(run, after, limit)).map(readEvent);
      },
      last: async (run) => {
        await this.#settled();
        return log.last(run);
      },
      subscribe: (run, after, onReady) => this.#feed.subscribe(run, after, onReady),
    };
  }

  /** Connects to the server of that address, `redis://…` or `rediss://…`. Rejects with NoRedis. */
  static async open(address: string, options: RedisQueueOptions): Promise<RedisQueue> {
    const connection = await Connection.open(address, options.onFault);
    const queue = new RedisQueue(connection, options);
    const hear = (message: string) => {
      const news: News = JSON.parse(message);
      if (news.origin === queue.#process) return;
      // Nobody else would catch what a watcher throws.
      try {
        queue.#telling.tell(news);
      } catch (error) {
        options.onFault(error);
      }
    };
    // What it can take, of that it is told alone.
    const channels = queue.#hears === "work" ? ["work", `work:${queue.#process}`] : ["news"];
    for (const channel of channels) await connection.hear(`${queue.#prefix}${channel}`, hear);
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
    return this.#changes.report(lease, entry, time);
  }

  async fail(lease: Lease, message: string): Promise<void> {
    await this.#settled();
    await this.#lost.fail(lease, message);
  }

  async giveBack(lease: Lease, what: string): Promise<void> {
    await this.#settled();
    await this.#lost.giveBack(lease, what);
  }

  async isLastAttempt(lease: Lease): Promise<boolean> {
    await this.#settled();
    return this.#lost.isLastAttempt(lease);
  }

  async putBack(lease: Lease, what: string): Promise<void> {
    await this.#settled();
    await this.#lost.putBack(lease, what);
  }

  async recover(what: string): Promise<void> {
    await this.#settled();
    await this.#lost.recover(what);
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
    let sum = 0;
    for (let upTo: number | undefined, more = true; more; more = upTo !== undefined) {
      const answer = await this.#change("cancelWaiting", cancelled, String(cancelledAtOnce), String(upTo ?? ""));
      sum += answer.count ?? 0;
      upTo = answer.upTo;
    }
    return sum;
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
    if (offer) this.#telling.wake();
  }

  watch(watcher: QueueWatcher): () => void {
    return this.#telling.watch(watcher);
  }

  #change(command: string, ...args: readonly (string | Uint8Array)[]): Promise<Answer> {
    return this.#changes.change(command, ...args);
  }

  #settled(): Promise<void> {
    return this.#changes.settled();
  }

  async #settledRuns(): Promise<RedisRuns> {
    await this.#settled();
    return this.#runs;
  }

  /** After a time without a line: what was said meanwhile nobody here has heard. */
  async #lookAgain(): Promise<void> {
    const leases = await this.#runs.leases();
    const stopping = leases.flatMap(({ run, isStopping }) =>
      isStopping && !this.#telling.hasToldToStop(run) ? [run] : [],
    );
    if (this.#hears === "work") return this.#telling.tell({ origin: "", stopping, waiting: true });
    this.#feed.look();
    const [{ runs }, waiting, paused] = await Promise.all([this.list({ limit: 100 }), this.waiting(50), this.paused()]);
    const changed = runs.map(({ id }) => id);
    this.#telling.tell({ origin: "", changed, places: waiting, stopping, paused, ...(!paused && { waiting: true }) });
  }

  /** Sees what has become of other processes; it is called several times in a life. */
  async sweep(): Promise<void> {
    await Promise.all([this.#lost.giveBackMissed(), this.#placement.sweep()]);
  }
}
