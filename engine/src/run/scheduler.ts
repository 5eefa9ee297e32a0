import { explainFailure } from "../catalogue/node-error.ts";
import type { NodeState } from "../expansion/state.ts";
import type { Plan } from "../plan/plan.ts";
import { encodeValue } from "../values/encode.ts";
import type { EntryValues } from "../values/entry.ts";
import { Checkpoints, type ItemCheckpoint } from "./checkpoint.ts";
import { Claiming } from "./claiming.ts";
import { collectOutputs, notKept } from "./collect.ts";
import { Demand } from "./demand.ts";
import { EventSender } from "./event-sender.ts";
import { GivenOutputs, outputOf } from "./given-outputs.ts";
import { Heap } from "./heap.ts";
import { invoke } from "./invoke.ts";
import { Loop } from "./loop.ts";
import { checkOutputs } from "./outputs.ts";
import { available, goesFirst, isKept, itemsOf, type RunEntry } from "./run-entry.ts";
import type { RunOptions, RunResult } from "./run-options.ts";
import { platformTimer, withinTime } from "./time-limit.ts";

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Whether at least one item of the node was run to its end. An entry that items share belongs to the first of them. */
function isExecuted(node: NodeState<RunEntry>): boolean {
  for (const entry of node.entries) if (entry.ran && entry.node === node) return true;
  return false;
}

/** An entry that is being executed, since when, and what it saves meanwhile. */
type Running = { readonly entry: RunEntry; readonly since: number; readonly checkpoint: ItemCheckpoint };

/** After this many milliseconds of nodes that finish at once, the platform gets a turn, so that a cancel is seen. */
const sliceMs = 50;

/**
 * One run: computes what its demand says is ready, as many items at once as are allowed, and keeps the results. `#step` does
 * one piece of the work that waits: it expands a node, asks the cache for an entry, fetches the inputs of an entry that is
 * ready, or executes one. When none of it is left and no promise is open, the run is over. Nothing is run while the cache
 * is being asked: items that become ready together start in one tick, so that the model calls they make can share a device
 * run.
 */
export class Scheduler<S> {
  readonly #options: RunOptions<S>;
  readonly #signal: AbortSignal;
  readonly #demand: Demand<S>;
  readonly #fetched = new Heap<RunEntry>(goesFirst);
  readonly #events: EventSender<S>;
  readonly #checkpoints: Checkpoints;
  readonly #claims: Claiming;
  /** Absent if the host asks for no output before the end. */
  readonly #given: GivenOutputs | undefined;
  readonly #concurrency: number;
  readonly #loop = new Loop<RunResult>({
    begin: () => {
      this.#sliceStart = undefined;
    },
    step: () => this.#step(),
    rest: () => this.#finish(),
  });
  readonly #started: number;
  /** Entries from when their inputs are fetched until they are settled. */
  #inFlight = 0;
  #fetching = 0;
  /** When the first node of this turn was run. */
  #sliceStart: number | undefined;
  #paused = false;

  constructor(plan: Plan<S>, options: RunOptions<S>) {
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#concurrency = Math.max(1, options.concurrency ?? 32);
    this.#events = new EventSender(options);
    const after = (promise: Promise<unknown>, then: () => void) => void this.#loop.after(promise, then);
    const watch = (work: Promise<void>) => after(work, () => {});
    this.#checkpoints = new Checkpoints({ ...options, hash: plan.hash, watch });
    this.#claims = new Claiming(options, this.#signal);
    this.#started = options.clock();
    this.#demand = new Demand(plan, {
      ...options,
      events: this.#events,
      after: (promise, then, failed) => void this.#loop.after(promise, then, failed),
      found: (entry) => this.#given?.kept(entry),
      watched: (entry, at) => {
        if (isKept(entry)) this.#given?.keptFor(entry, at);
      },
    });
    this.#given = options.output && new GivenOutputs(this.#demand.nodes, { give: options.output, after });
  }

  run(): Promise<RunResult> {
    this.#events.send({ event: "run.started", nodes: this.#demand.nodes.length });
    this.#signal.addEventListener("abort", this.#loop.turn);
    this.#loop.turn();
    return this.#loop.ended.finally(() => this.#signal.removeEventListener("abort", this.#loop.turn));
  }

  /** Does one piece of waiting work; returns false if none may be done now. */
  #step(): boolean {
    if (this.#demand.expand()) return true;
    if (this.#signal.aborted) return false;
    if (this.#demand.look()) return true;
    if (this.#demand.looking || this.#paused) return false;
    const ready = this.#inFlight < this.#concurrency ? this.#demand.ready.pop() : undefined;
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
    if (now - (this.#sliceStart ?? now) < sliceMs) return false;
    this.#paused = true;
    const pause = new Promise((resolve) => setTimeout(resolve));
    this.#loop.after(pause, () => {
      this.#paused = false;
    });
    return true;
  }

  /** Brings the inputs of a ready entry into memory. */
  #fetch(entry: RunEntry): void {
    if (!entry.sources.every(available)) {
      this.#demand.await(entry);
      return;
    }
    this.#inFlight++;
    const absent = entry.sources.filter(({ values }) => !values);
    if (absent.length === 0) {
      this.#claim(entry);
      return;
    }
    this.#fetching++;
    this.#loop.after(Promise.all(absent.map((source) => this.#demand.load(source))), () => {
      this.#fetching--;
      if (absent.every(({ values }) => values)) {
        this.#claim(entry);
        return;
      }
      this.#inFlight--;
      this.#demand.await(entry);
    });
  }

  /** An entry whose inputs are in memory is run next, or waits while another run computes it. */
  #claim(entry: RunEntry): void {
    const asked = this.#claims.ask(entry);
    if (!asked) {
      this.#fetched.push(entry);
      return;
    }
    this.#fetching++;
    this.#loop.after(asked, (other) => {
      this.#fetching--;
      if (!other) {
        this.#fetched.push(entry);
        return;
      }
      this.#inFlight--;
      this.#loop.after(other.over, () => {
        if (!this.#signal.aborted) this.#demand.askAgain(entry);
      });
    });
  }

  #execute(entry: RunEntry): void {
    entry.state = "running";
    const since = this.#options.clock();
    this.#sliceStart ??= since;
    this.#events.sendAt(entry, { event: "node.started" }, since);
    const alive = () => entry.state === "running" && !this.#loop.over;
    const running: Running = { entry, since, checkpoint: this.#checkpoints.open(entry.key, since, alive) };
    const seconds = entry.node.plan.definition.timeLimit ?? this.#options.timeLimit ?? Infinity;
    const ended = seconds < Infinity ? new AbortController() : undefined;
    const signal = ended ? AbortSignal.any([this.#signal, ended.signal]) : this.#signal;
    let result: unknown;
    let promised: Promise<unknown> | undefined;
    try {
      result = invoke(entry, this.#events.context(entry, signal, alive, running.checkpoint));
      // A thenable may call back twice, or throw when asked; a promise does neither.
      promised = isPromise(result) ? Promise.resolve(result) : undefined;
    } catch (error) {
      this.#fails(entry, error);
      return;
    }
    if (!promised) {
      this.#complete(running, result);
      return;
    }
    this.#loop.after(
      ended ? withinTime(promised, seconds, this.#options.timer ?? platformTimer, ended) : promised,
      (outputs) => this.#complete(running, outputs),
      (error) => this.#fails(entry, error),
    );
  }

  #complete({ entry, since, checkpoint }: Running, result: unknown): void {
    let values: EntryValues;
    let bytes: Uint8Array;
    try {
      values = checkOutputs(entry.node.plan, result);
      bytes = encodeValue(values);
    } catch (error) {
      // The same inputs lead to the same failure, even if its cause is gone.
      checkpoint.remove();
      this.#fails(entry, error);
      return;
    }
    this.#inFlight--;
    const now = this.#options.clock();
    const spent = checkpoint.spentAt(now);
    entry.state = "done";
    entry.ran = true;
    this.#events.sendAt(entry, { event: "node.finished", ms: now - since }, now);
    for (const twin of entry.twins ?? []) this.#events.cached(twin, entry.key);
    this.#save(entry, bytes, spent, checkpoint);
    this.#demand.done(entry, values);
  }

  #save(entry: RunEntry, bytes: Uint8Array, ms: number, checkpoint: ItemCheckpoint): void {
    entry.saving = this.#loop.after(
      this.#options.cache.put(entry.key, bytes, ms),
      () => {
        entry.saving = undefined;
        checkpoint.remove();
        this.#claims.release(entry);
        for (const at of itemsOf(entry)) this.#events.sendAt(at, { event: "node.stored", key: entry.key });
        this.#given?.kept(entry);
      },
      (error) => {
        entry.saving = undefined;
        this.#claims.release(entry);
        entry.unsaved = explainFailure(error).message;
        this.#events.sendAt(entry, { event: "notice", message: notKept(entry.unsaved) });
      },
    );
  }

  #fails(entry: RunEntry, error: unknown): void {
    this.#inFlight--;
    this.#claims.release(entry);
    // A node that a cancel interrupts has not failed.
    if (this.#signal.aborted) {
      entry.state = "waiting";
      return;
    }
    entry.ran = true;
    for (const at of itemsOf(entry)) this.#events.failed(at, error);
    this.#demand.lost(entry);
  }

  #finish(): RunResult {
    this.#claims.releaseAll();
    const { outputs: wanted, unsaved, complete } = collectOutputs(this.#demand.nodes);
    if (!complete && !this.#signal.aborted) throw new Error("Bug: the run stopped before its outputs were settled.");
    for (const { at, error } of unsaved) this.#events.failed(at, error);
    this.#given?.rest(wanted);
    const { failures } = this.#events;
    const status = !complete ? "cancelled" : failures.length > 0 ? "failed" : "finished";
    const executed = this.#demand.nodes.filter(isExecuted).length;
    const cached = [...this.#events.cachedNodes].filter((node) => !isExecuted(node)).length;
    const ms = this.#options.clock() - this.#started;
    const outputs = wanted.map(outputOf);
    this.#events.send({ event: `run.${status}`, executed, cached, outputs, ms });
    return { status, executed, cached, outputs, failures };
  }
}
