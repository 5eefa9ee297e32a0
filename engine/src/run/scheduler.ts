import { explainFailure } from "../catalogue/node-error.ts";
import { append } from "../document/append.ts";
import { Expansion } from "../expansion/expansion.ts";
import { sourcesOf } from "../expansion/items.ts";
import type { At, NodeState } from "../expansion/state.ts";
import type { Plan } from "../plan/plan.ts";
import { encodeValue } from "../values/encode.ts";
import { type EntryValues, readEntry } from "../values/entry.ts";
import { copyValue } from "../values/value.ts";
import { Checkpoints } from "./checkpoint.ts";
import { collectOutputs, notKept } from "./collect.ts";
import { GivenOutputs, outputOf } from "./given-outputs.ts";
import { Heap } from "./heap.ts";
import { invoke } from "./invoke.ts";
import { Loop } from "./loop.ts";
import { checkOutputs } from "./outputs.ts";
import { available, isKept, itemsOf, type RunEntry, runEntry } from "./run-entry.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { Teller } from "./teller.ts";
import { platformTimer, withinTime } from "./time-limit.ts";

/** Depth first: whatever is nearer to an output, then the earlier item. */
function goesFirst(a: RunEntry, b: RunEntry): boolean {
  return a.node.height < b.node.height || (a.node.height === b.node.height && a.item < b.item);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** After this many milliseconds of nodes that finish at once, the platform gets a turn, so that a cancel is seen. */
const sliceMs = 50;

/**
 * One run. Three kinds of work wait in queues and `#step` does them one by one, so that nothing here recurses along the
 * graph: nodes to expand into items (forwards, by the expansion), entries that somebody needs (backwards, from the sinks,
 * through the cache), and entries that are ready to run. When none of it is left and no promise is open, the run is over.
 * Nothing is run while the cache is being asked: items that become ready together start in one tick, so that the model
 * calls they make can share a device run.
 */
export class Scheduler<S> {
  readonly #options: RunOptions<S>;
  readonly #signal: AbortSignal;
  readonly #expansion: Expansion<RunEntry>;
  /** Nodes with at least one item run. */
  readonly #executed = new Set<NodeState<RunEntry>>();
  readonly #needed: RunEntry[] = [];
  readonly #ready = new Heap<RunEntry>(goesFirst);
  readonly #fetched = new Heap<RunEntry>(goesFirst);
  readonly #teller: Teller<S>;
  readonly #checkpoints: Checkpoints;
  /** Absent if the host asks for no output before the end. */
  readonly #given: GivenOutputs | undefined;
  readonly #concurrency: number;
  readonly #loop = new Loop<RunResult>({
    begin: () => {
      this.#sliceStart = this.#options.clock();
    },
    step: () => this.#step(),
    rest: () => this.#finish(),
  });
  readonly #started: number;
  /** Entries from when their inputs are fetched until they are settled. */
  #inFlight = 0;
  #looking = 0;
  #fetching = 0;
  #sliceStart = 0;
  #paused = false;

  constructor(plan: Plan<S>, options: RunOptions<S>) {
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#concurrency = Math.max(1, options.concurrency ?? 32);
    this.#teller = new Teller(options);
    const watch = (work: Promise<void>) => void this.#loop.after(work, () => {});
    this.#checkpoints = new Checkpoints({ ...options, hash: plan.hash, watch });
    this.#started = options.clock();
    this.#expansion = new Expansion(plan, {
      entry: runEntry,
      again: (entry, at) => this.#again(entry, at),
      ask: (entry) => this.#ask(entry),
      want: (entry, at) => this.#want(entry, at),
      failed: (at, error) => this.#teller.failed(at, error),
      skipped: (at, because) => this.#teller.tellAt(at, { event: "node.skipped", because }),
    });
    const after = (promise: Promise<unknown>, then: () => void) => void this.#loop.after(promise, then);
    this.#given = options.output && new GivenOutputs(this.#expansion.nodes, { give: options.output, after });
  }

  run(): Promise<RunResult> {
    this.#teller.tell({ event: "run.started", nodes: this.#expansion.nodes.length });
    this.#signal.addEventListener("abort", this.#loop.turn);
    this.#loop.turn();
    return this.#loop.ended.finally(() => this.#signal.removeEventListener("abort", this.#loop.turn));
  }

  /** Does one piece of waiting work; returns false if none may be done now. */
  #step(): boolean {
    if (this.#expansion.step()) return true;
    if (this.#signal.aborted) return false;
    const needed = this.#needed.pop();
    if (needed) {
      this.#look(needed);
      return true;
    }
    if (this.#looking > 0 || this.#paused) return false;
    const ready = this.#inFlight < this.#concurrency ? this.#ready.pop() : undefined;
    if (ready) {
      this.#fetch(ready);
      return true;
    }
    const entry = this.#fetching > 0 ? undefined : this.#fetched.pop();
    if (!entry) return false;
    this.#execute(entry);
    if (entry.state === "running") return true;
    return !this.#pauseWhenDue();
  }

  /**
   * Whether nodes that finish at once have kept the platform waiting for too long; the loop then continues a moment later.
   */
  #pauseWhenDue(): boolean {
    const now = this.#options.clock();
    if (now - this.#sliceStart < sliceMs) return false;
    this.#paused = true;
    const pause = new Promise((resolve) => setTimeout(resolve));
    this.#loop.after(pause, () => {
      this.#paused = false;
    });
    return true;
  }

  // What the expansion asks.

  #again(entry: RunEntry, at: At<RunEntry>): void {
    entry.twins = append(entry.twins, at);
    if (entry.lost !== undefined) this.#teller.tellAt(at, { event: "node.skipped", because: entry.lost });
    else if (available(entry)) this.#teller.cached(at, entry.key);
  }

  #ask(entry: RunEntry): void {
    const { lost, values } = entry;
    if (lost !== undefined) this.#expansion.answer(entry, { lost });
    else if (values) this.#expansion.answer(entry, { values });
    else if (available(entry)) this.#loadForReaders(entry);
    else this.#needed.push(entry);
  }

  #want(entry: RunEntry, at?: At<RunEntry>): void {
    if (at && entry.lost !== undefined) this.#teller.tellAt(at, { event: "node.skipped", because: entry.lost });
    else if (at) {
      entry.watchers = append(entry.watchers, at);
      if (isKept(entry)) this.#given?.keptFor(entry, at);
    }
    this.#needed.push(entry);
  }

  // Backwards: the cache is asked for what is needed; if it does not have it, the sources are needed.

  #look(entry: RunEntry): void {
    if (entry.state !== "idle" || entry.lost !== undefined) return;
    if (this.#options.readCache === false || entry.distrusted) {
      this.#miss(entry);
      return;
    }
    entry.state = "looking";
    this.#looking++;
    this.#loop.after(
      this.#options.cache.has(entry.key),
      (found) => this.#answer(entry, found),
      // A cache that cannot be asked is a cache that has nothing.
      () => this.#answer(entry, false),
    );
  }

  #answer(entry: RunEntry, found: boolean): void {
    this.#looking--;
    if (found) this.#hit(entry);
    else this.#miss(entry);
  }

  #hit(entry: RunEntry): void {
    entry.state = "cached";
    for (const at of itemsOf(entry)) this.#teller.cached(at, entry.key);
    this.#given?.kept(entry);
    if (entry.readers) this.#loadForReaders(entry);
    this.#wake(entry);
  }

  #miss(entry: RunEntry): void {
    entry.sources = sourcesOf(entry);
    for (const source of entry.sources) source.uses++;
    const source = entry.sources.find(({ lost }) => lost !== undefined);
    if (source) {
      this.#lose(entry, source.lost!);
      return;
    }
    this.#await(entry);
  }

  #await(entry: RunEntry): void {
    entry.state = "waiting";
    entry.waiting = 0;
    for (const source of entry.sources) {
      if (available(source)) continue;
      entry.waiting++;
      source.users = append(source.users, entry);
      this.#needed.push(source);
    }
    if (entry.waiting === 0) this.#makeReady(entry);
  }

  #makeReady(entry: RunEntry): void {
    entry.state = "ready";
    this.#ready.push(entry);
  }

  #wake(entry: RunEntry): void {
    for (const user of entry.users ?? []) if (--user.waiting === 0) this.#makeReady(user);
    entry.users = undefined;
  }

  #loadForReaders(entry: RunEntry): void {
    this.#loop.after(this.#load(entry), () => {
      if (entry.state === "idle" && entry.lost === undefined) this.#needed.push(entry);
      else if (entry.uses === 0) entry.values = undefined;
    });
  }

  /** Brings the values of a kept entry into memory. If the cache lost the entry, it becomes idle and is computed again. */
  #load(entry: RunEntry): Promise<void> {
    entry.loading ??= this.#read(entry).finally(() => {
      entry.loading = undefined;
    });
    return entry.loading;
  }

  async #read(entry: RunEntry): Promise<void> {
    await entry.saving;
    const values = await readEntry(this.#options.cache, entry.key).catch(() => undefined);
    if (entry.values || !available(entry)) return;
    if (!values) {
      entry.distrusted = true;
      entry.state = "idle";
      return;
    }
    entry.values = values;
    this.#expansion.answer(entry, { values });
  }

  // Running.

  /** Brings the inputs of a ready entry into memory. */
  #fetch(entry: RunEntry): void {
    if (!entry.sources.every(available)) {
      this.#await(entry);
      return;
    }
    this.#inFlight++;
    const absent = entry.sources.filter(({ values }) => !values);
    if (absent.length === 0) {
      this.#fetched.push(entry);
      return;
    }
    this.#fetching++;
    this.#loop.after(Promise.all(absent.map((source) => this.#load(source))), () => {
      this.#fetching--;
      if (absent.every(({ values }) => values)) {
        this.#fetched.push(entry);
        return;
      }
      this.#inFlight--;
      this.#await(entry);
    });
  }

  #execute(entry: RunEntry): void {
    this.#executed.add(entry.node);
    entry.state = "running";
    this.#teller.tellAt(entry, { event: "node.started" });
    const since = this.#options.clock();
    const alive = () => entry.state === "running" && !this.#loop.over;
    entry.checkpoint = this.#checkpoints.open(entry.key, since, alive);
    const seconds = entry.node.plan.definition.timeLimit ?? this.#options.timeLimit ?? Infinity;
    const ended = seconds < Infinity ? new AbortController() : undefined;
    const signal = ended ? AbortSignal.any([this.#signal, ended.signal]) : this.#signal;
    let result: unknown;
    let promised: Promise<unknown> | undefined;
    try {
      result = invoke(entry, this.#teller.context(entry, signal, alive, entry.checkpoint));
      // A thenable may call back twice, or throw when asked; a promise does neither.
      promised = isPromise(result) ? Promise.resolve(result) : undefined;
    } catch (error) {
      this.#fails(entry, error);
      return;
    }
    if (!promised) {
      this.#complete(entry, result, since);
      return;
    }
    this.#loop.after(
      ended ? withinTime(promised, seconds, this.#options.timer ?? platformTimer, ended) : promised,
      (outputs) => this.#complete(entry, outputs, since),
      (error) => this.#fails(entry, error),
    );
  }

  #complete(entry: RunEntry, result: unknown, since: number): void {
    let values: EntryValues;
    let bytes: Uint8Array;
    try {
      values = checkOutputs(entry.node.plan.definition, result);
      bytes = encodeValue(values);
    } catch (error) {
      // The same inputs lead to the same failure, even if its cause is gone.
      entry.checkpoint!.remove();
      this.#fails(entry, error);
      return;
    }
    this.#inFlight--;
    const spent = entry.checkpoint!.spent;
    entry.state = "done";
    if (entry.uses > 0 || entry.node.unexpanded > 0) entry.values = copyValue(values) as EntryValues;
    this.#teller.tellAt(entry, { event: "node.finished", ms: this.#options.clock() - since });
    for (const twin of entry.twins ?? []) this.#teller.cached(twin, entry.key);
    this.#save(entry, bytes, spent);
    this.#expansion.answer(entry, { values });
    this.#release(entry);
    this.#wake(entry);
  }

  #save(entry: RunEntry, bytes: Uint8Array, ms: number): void {
    entry.saving = this.#loop.after(
      this.#options.cache.put(entry.key, bytes, ms),
      () => {
        entry.saving = undefined;
        entry.checkpoint?.remove();
        entry.checkpoint = undefined;
        for (const at of itemsOf(entry)) this.#teller.tellAt(at, { event: "node.stored", key: entry.key });
        this.#given?.kept(entry);
      },
      (error) => {
        entry.saving = undefined;
        entry.unsaved = explainFailure(error).message;
        this.#teller.tellAt(entry, { event: "notice", message: notKept(entry.unsaved) });
      },
    );
  }

  /** The entry does not need its sources any more; values that nobody needs leave the memory. */
  #release(entry: RunEntry): void {
    for (const source of entry.sources)
      if (--source.uses === 0 && source.node.unexpanded === 0) source.values = undefined;
  }

  // Failing.

  #fails(entry: RunEntry, error: unknown): void {
    this.#inFlight--;
    // A node that a cancel interrupts has not failed.
    if (this.#signal.aborted) {
      entry.state = "waiting";
      return;
    }
    for (const at of itemsOf(entry)) this.#teller.failed(at, error);
    this.#lose(entry, entry.node.plan.id, true);
  }

  /** The entry and everything that waits for it will never exist. */
  #lose(first: RunEntry, because: string, failed = false): void {
    const open = [first];
    for (let entry = open.pop(); entry; entry = open.pop()) {
      if (entry.lost !== undefined) continue;
      entry.lost = because;
      if (entry !== first || !failed)
        for (const at of itemsOf(entry)) this.#teller.tellAt(at, { event: "node.skipped", because });
      for (const sink of entry.watchers ?? []) this.#teller.tellAt(sink, { event: "node.skipped", because });
      this.#expansion.answer(entry, { lost: because });
      this.#release(entry);
      for (const user of entry.users ?? []) open.push(user);
      entry.users = undefined;
    }
  }

  #finish(): RunResult {
    const { outputs: wanted, unsaved, complete } = collectOutputs(this.#expansion.nodes);
    if (!complete && !this.#signal.aborted) throw new Error("Bug: the run stopped before its outputs were settled.");
    for (const { at, error } of unsaved) this.#teller.failed(at, error);
    this.#given?.rest(wanted);
    const { failures } = this.#teller;
    const status = !complete ? "cancelled" : failures.length > 0 ? "failed" : "finished";
    const executed = this.#executed.size;
    const cached = [...this.#teller.cachedNodes].filter((node) => !this.#executed.has(node)).length;
    const ms = this.#options.clock() - this.#started;
    const outputs = wanted.map(outputOf);
    this.#teller.tell({ event: `run.${status}`, executed, cached, outputs, ms });
    return { status, executed, cached, outputs, failures };
  }
}
