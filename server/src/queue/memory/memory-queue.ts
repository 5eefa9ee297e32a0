import type { RunState } from "@clipwork/engine";
import type { KindCounts } from "../../checker/checker-protocol.ts";
import type { Priority, RunOutput } from "../../wire/wire.ts";
import { gotFurther } from "../attempts/progress.ts";
import { EventFeed } from "../event-feed.ts";
import {
  continues,
  effectOf,
  endedBy,
  firstOf,
  isTooMuch,
  lostTooOften,
  readEvent,
  writeEvent,
} from "../log-effect.ts";
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
  type RunPage,
  type RunQueue,
  type RunRecord,
  type RunRequest,
  type StoredRun,
} from "../port.ts";
import { between, higher, passedOver, standingOf } from "../priority.ts";
import { Watchers } from "../watchers.ts";

/** A run as it is kept. `n` counts the runs; outputs are by node and item. */
type Kept = Omit<RunRecord, "outputs" | "seq" | "priority"> & {
  readonly n: number;
  readonly request: RunRequest;
  order: Uint8Array | undefined;
  priority: Priority;
  state: RunState;
  attempts: number;
  stopping: boolean;
  /** How often it was lost in a row without getting further, and its newest event when it was leased last. */
  lost: number;
  since: number;
  started?: number;
  ended?: number;
  error?: string;
  readonly outputs: Map<string, RunOutput>;
  readonly log: LoggedJson[];
};

/** What outlives a queue in memory, so that a test can continue with it as if a process had ended. */
export type MemoryRuns = {
  readonly runs: Map<string, Kept>;
  /** Next first: sorted by priority. */
  waiting: string[];
  /** The owners that had a turn, the one who had the newest last. */
  turns: string[];
  count: number;
  paused: boolean;
};

/** A queue in memory, for tests and for servers that keep nothing. Its leases end with it. */
export class MemoryQueue implements RunQueue {
  readonly events: EventLog;
  readonly kept: MemoryRuns;
  readonly #feed: EventFeed;
  readonly #watchers = new Watchers();
  /** The leases that this queue gave, by run. */
  readonly #own = new Map<string, number>();

  /** Continues with what another queue kept, if there was one. */
  constructor(kept: MemoryRuns = { runs: new Map(), waiting: [], turns: [], count: 0, paused: false }) {
    this.kept = kept;
    const last = (run: string) => kept.runs.get(run)?.log.length;
    const read = (run: string, after: number, limit: number) =>
      firstOf(kept.runs.get(run)?.log.slice(after, Math.min(after + limit, Number.MAX_SAFE_INTEGER)) ?? [], limit);
    this.#feed = new EventFeed({ read, last });
    this.events = {
      read: async (run, after, limit) => read(run, after, limit).map(readEvent),
      last: async (run) => last(run),
      subscribe: (run, after, onReady) => this.#feed.subscribe(run, after, onReady),
    };
  }

  async submit(id: string, request: RunRequest, order: Uint8Array, place: "first" | "last" = "last"): Promise<void> {
    if (this.kept.runs.has(id)) throw new Error(`There is a run ${id} already.`);
    const { title, workflow, fresh, caption, seed, passing, priority, owner } = request;
    this.kept.runs.set(id, {
      ...{ id, title, fresh, state: "queued", created: Date.now(), attempts: 0, stopping: false, lost: 0, since: 0 },
      ...(workflow === undefined ? {} : { workflow }),
      ...(owner === undefined ? {} : { owner }),
      ...(caption === undefined ? {} : { caption }),
      ...(seed === undefined ? {} : { seed }),
      ...(passing === undefined ? {} : { passing }),
      priority,
      ...{ n: ++this.kept.count, request, order, outputs: new Map(), log: [] },
    });
    this.#queue(id, place);
    this.#add(id, { event: "run.queued" });
    if (this.kept.waiting.at(-1) !== id) this.#notifyPlaces();
    this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  async lease(): Promise<Lease | undefined> {
    const id = this.kept.paused ? undefined : this.kept.waiting.shift();
    const run = id === undefined ? undefined : this.kept.runs.get(id);
    if (!run) return undefined;
    run.state = "running";
    run.attempts++;
    run.since = run.log.length;
    run.started ??= Date.now();
    const owner = ownerOf(run);
    this.kept.turns = [...this.kept.turns.filter((other) => other !== owner), owner];
    this.#own.set(run.id, run.attempts);
    this.#changed(run.id);
    this.#notifyPlaces();
    return { run: run.id, token: run.attempts, attempts: run.attempts, fresh: run.fresh, order: run.order };
  }

  async report(lease: Lease, entry: LogEntry, time?: number): Promise<Logged | undefined> {
    this.#holding(lease);
    return this.#add(lease.run, entry, time);
  }

  async fail(lease: Lease, message: string): Promise<void> {
    this.#end(this.#holding(lease), message);
  }

  async giveBack(lease: Lease, what: string): Promise<void> {
    const run = this.#holding(lease);
    const lost = lostWith(run);
    if (lost < maxAttempts || run.stopping) this.#release(run, what, lost);
    else this.#end(run, lostTooOften(what, run.attempts));
  }

  async isLastAttempt(lease: Lease): Promise<boolean> {
    return lostWith(this.#holding(lease)) >= maxAttempts;
  }

  async putBack(lease: Lease, what: string): Promise<void> {
    const run = this.#holding(lease);
    this.#release(run, what, Math.max(0, lostWith(run) - 1));
  }

  async recover(what: string): Promise<void> {
    for (const { id, state, attempts, fresh } of [...this.kept.runs.values()].reverse())
      if (state === "running" && this.#own.get(id) !== attempts)
        await this.giveBack({ run: id, token: attempts, attempts, fresh, order: undefined }, what);
  }

  async forgetOrders(): Promise<void> {
    for (const run of this.kept.runs.values()) run.order = undefined;
  }

  async cancel(id: string): Promise<boolean> {
    const run = this.kept.runs.get(id);
    if (run?.state === "running") {
      run.stopping = true;
      this.#watchers.notify((watcher) => watcher.stopping?.(id));
    } else if (run?.state === "queued") {
      this.#add(id, endedBy("run.cancelled"));
      this.#notifyPlaces();
    } else return false;
    return true;
  }

  async makeRoom(id: string): Promise<void> {
    const own = this.kept.runs.get(id);
    if (!own) return;
    const others = [...this.kept.runs.values()].filter(
      ({ n, passing, ended, stopping }) =>
        n < own.n && passing !== undefined && ended === undefined && !stopping && (own.passing ?? passing) === passing,
    );
    await Promise.all(others.map((other) => this.cancel(other.id)));
  }

  async cancelWaiting(): Promise<number> {
    const all = [...this.kept.waiting];
    for (const id of all) this.#add(id, endedBy("run.cancelled"));
    return all.length;
  }

  async move(id: string, position: number): Promise<boolean> {
    const at = this.kept.waiting.indexOf(id);
    const run = this.kept.runs.get(id);
    if (at < 0 || !run || run.passing !== undefined) return false;
    this.kept.waiting.splice(at, 1);
    // Those in passing stay behind it.
    const last = this.kept.waiting.findLastIndex((other) => this.kept.runs.get(other)?.passing === undefined);
    const to = Math.min(position, last + 1);
    run.priority = between(this.#priorityAt(to - 1), run.priority, this.#priorityAt(to));
    this.kept.waiting.splice(to, 0, id);
    this.#notifyPlaces();
    return true;
  }

  async prioritize(id: string, priority: Priority): Promise<boolean> {
    const at = this.kept.waiting.indexOf(id);
    const run = this.kept.runs.get(id);
    if (at < 0 || !run || run.passing !== undefined) return false;
    this.kept.waiting.splice(at, 1);
    run.priority = priority;
    this.#queue(id, "last");
    this.#notifyPlaces();
    return true;
  }

  paused = async () => this.kept.paused;

  async pause(is: boolean): Promise<void> {
    this.kept.paused = is;
    this.#watchers.notify((watcher) => watcher.paused?.(is));
    if (!is) this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  async remove(id: string): Promise<boolean> {
    const run = this.kept.runs.get(id);
    if (!run || run.state === "running") return false;
    this.kept.runs.delete(id);
    this.kept.waiting = this.kept.waiting.filter((other) => other !== id);
    this.#feed.remove(id);
    this.#notifyPlaces();
    this.#watchers.notify((watcher) => watcher.gone?.(id));
    return true;
  }

  async retain(keep: number): Promise<number> {
    const ended = [...this.kept.runs.values()].filter((run) => run.ended !== undefined).reverse();
    const listed = ended.filter(({ passing }) => passing === undefined).slice(keep);
    const others = ended.filter(({ passing }) => passing !== undefined).slice(keptPassing);
    for (const { id } of [...listed, ...others]) await this.remove(id);
    return listed.length + others.length;
  }

  async find(id: string): Promise<StoredRun | undefined> {
    const run = this.kept.runs.get(id);
    if (!run) return undefined;
    const { document, set, targets, warnings } = run.request;
    return { ...recordOf(run), document, set, warnings, ...(targets ? { targets } : {}) };
  }

  async record(id: string): Promise<RunRecord | undefined> {
    const run = this.kept.runs.get(id);
    return run && recordOf(run);
  }

  async list({ state, workflow, before = Number.POSITIVE_INFINITY, limit }: RunFilter): Promise<RunPage> {
    const found = [...this.kept.runs.values()]
      .filter(
        (run) =>
          run.n < before &&
          run.passing === undefined &&
          (state === "ended" ? run.ended !== undefined : (state ?? run.state) === run.state) &&
          (workflow ?? run.workflow) === run.workflow,
      )
      .reverse();
    const runs = found.slice(0, limit);
    const last = found.length > limit ? runs.at(-1) : undefined;
    return { runs: runs.map(recordOf), ...(last && { next: last.n }) };
  }

  waiting = async (limit?: number) => this.kept.waiting.slice(0, limit);
  countWaiting = async () => this.kept.waiting.length;

  async inPassing(): Promise<readonly RunInPassing[]> {
    return [...this.kept.runs.values()].flatMap(({ id, passing, state, ended }) =>
      passing === undefined || ended !== undefined ? [] : [{ run: id, name: passing, waits: state === "queued" }],
    );
  }

  async position(id: string): Promise<number | undefined> {
    const at = this.kept.waiting.indexOf(id);
    return at < 0 ? undefined : at;
  }

  async kinds(id: string): Promise<KindCounts> {
    const run = this.kept.runs.get(id);
    return run ? run.request.kinds : {};
  }

  watch(watcher: QueueWatcher): () => void {
    return this.#watchers.add(watcher);
  }

  /** Puts a run among those that wait. */
  #queue(id: string, place: "first" | "last"): void {
    const { runs, waiting, turns } = this.kept;
    const of = (run: string) => runs.get(run)!;
    const standing = standingOf(of(id));
    const before = waiting.findIndex((other) => standingOf(of(other)) >= standing);
    const start = before < 0 ? waiting.length : before;
    const owners = waiting.filter((other) => standingOf(of(other)) === standing).map((other) => ownerOf(of(other)));
    const owner = ownerOf(of(id));
    const own = owners.lastIndexOf(owner) + 1;
    const had = own > 0 ? [] : turns.slice(turns.indexOf(owner) + 1);
    const turn = own + passedOver(owners.slice(own), had);
    waiting.splice(place === "first" ? start : start + turn, 0, id);
  }

  #priorityAt(position: number): Priority | undefined {
    const id = this.kept.waiting[position];
    return id === undefined ? undefined : this.kept.runs.get(id)?.priority;
  }

  #holding(lease: Lease): Kept {
    const run = this.kept.runs.get(lease.run);
    if (run?.state !== "running" || run.attempts !== lease.token) throw new LeaseLost(lease);
    return run;
  }

  #add(id: string, entry: LogEntry, time = Date.now()): Logged | undefined {
    const run = this.kept.runs.get(id)!;
    const seq = run.log.length + 1;
    const { error, output, end } = effectOf(entry);
    if (isTooMuch(entry, seq) || (output && !addOutput(run, output))) return undefined;
    const event: Logged = { ...entry, seq, run: id, time };
    const written = writeEvent(event);
    run.log.push(written);
    if (error !== undefined) run.error ??= error;
    if (end) {
      this.kept.waiting = this.kept.waiting.filter((other) => other !== id);
      Object.assign(run, { state: end, ended: time, order: undefined });
      this.#own.delete(id);
    }
    this.#feed.add(written);
    this.#watchers.notify((watcher) => watcher.event?.(event));
    this.#changed(id);
    return event;
  }

  #release(run: Kept, what: string, lost: number): void {
    if (run.stopping) return void this.#add(run.id, endedBy("run.cancelled"));
    run.lost = lost;
    run.state = "queued";
    run.priority = higher(run.priority, this.#priorityAt(0));
    this.kept.waiting.unshift(run.id);
    this.#own.delete(run.id);
    this.#add(run.id, { event: "notice", message: continues(what) });
    this.#notifyPlaces();
    this.#watchers.notify((watcher) => watcher.waiting?.());
  }

  #end(run: Kept, message: string): void {
    run.error ??= message;
    this.#add(run.id, { event: "notice", message });
    this.#add(run.id, endedBy("run.failed"));
  }

  #changed(run: string): void {
    this.#watchers.notify((watcher) => watcher.changed?.(run));
  }

  #notifyPlaces(): void {
    for (const run of this.kept.waiting) this.#changed(run);
  }
}

const ownerOf = ({ owner = "" }: Kept): string => owner;

/** How often the run would have been lost in a row without getting further, if it were lost now. */
function lostWith({ log, since, lost }: Kept): number {
  return gotFurther(log.map(readEvent), since) ? 1 : lost + 1;
}

/** False if the run already has exactly that output. */
function addOutput(run: Kept, output: RunOutput): boolean {
  const key = `${output.node} ${String(output.item).padStart(9, "0")}`;
  if (JSON.stringify(run.outputs.get(key)) === JSON.stringify(output)) return false;
  run.outputs.set(key, output);
  return true;
}

function recordOf(run: Kept): RunRecord {
  const { n: _, request: __, order: ___, lost: ____, since: _____, log, outputs, ...record } = run;
  const sorted = [...outputs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, output]) => output);
  return { ...record, outputs: sorted, seq: log.length };
}
