import { collectOutputs } from "./collect.ts";
import { encodeValue } from "./encode.ts";
import { decodeEntry, type EntryValues } from "./entry.ts";
import { expandItems, outputRefs, sourcesOf } from "./expand.ts";
import { Heap } from "./heap.ts";
import { explainFailure, invoke } from "./invoke.ts";
import { NodeError } from "./node-error.ts";
import { checkOutputs } from "./outputs.ts";
import type { Plan } from "./plan.ts";
import type { RunOptions, RunResult } from "./run.ts";
import {
  type At,
  available,
  type Entry,
  emitsList,
  initialStates,
  type NodeState,
  newEntry,
  type Ref,
} from "./state.ts";
import { Teller } from "./teller.ts";

/** Depth first: what is nearer to an output, then the earlier item. */
function goesFirst(a: Entry<never>, b: Entry<never>): boolean {
  return a.node.height < b.node.height || (a.node.height === b.node.height && a.item < b.item);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** After this many milliseconds of nodes that finish at once, the platform gets a turn, so that a cancel is seen. */
const sliceMs = 50;

/**
 * One run. Three kinds of work wait in queues and `#pump` does them in a loop, so that nothing here recurses along the
 * graph: nodes to expand into items (forwards), entries that somebody needs (backwards, from the sinks, through the cache),
 * and entries ready to run. What takes time is counted in `#open`; when nothing is open or queued, the run is over.
 *
 * Nothing is run while the cache is being asked: items that become ready together start in one tick, so that the model calls
 * they make can share a device run.
 */
export class Scheduler<S> {
  readonly #plan: Plan<S>;
  readonly #options: RunOptions<S>;
  readonly #signal: AbortSignal;
  readonly #nodes: NodeState<S>[];
  readonly #entries = new Map<string, Entry<S>>();
  readonly #toExpand: NodeState<S>[] = [];
  readonly #needed: Entry<S>[] = [];
  readonly #ready = new Heap<Entry<S>>(goesFirst);
  readonly #fetched = new Heap<Entry<S>>(goesFirst);
  readonly #teller: Teller<S>;
  readonly #done = Promise.withResolvers<RunResult>();
  readonly #concurrency: number;
  readonly #started: number;
  #open = 0;
  /** Entries from when their inputs are fetched until they are settled. */
  #inFlight = 0;
  #looking = 0;
  #fetching = 0;
  #sliceStart = 0;
  #pumping = false;
  #over = false;

  constructor(plan: Plan<S>, options: RunOptions<S>) {
    this.#plan = plan;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
    this.#concurrency = options.concurrency ?? 32;
    this.#teller = new Teller(options);
    this.#started = options.clock();
    this.#nodes = initialStates(plan.nodes);
  }

  run(): Promise<RunResult> {
    this.#teller.tell({ event: "run.started", nodes: this.#nodes.length });
    for (const node of this.#nodes) if (node.pending === 0) this.#toExpand.push(node);
    this.#signal.addEventListener("abort", this.#pump);
    this.#pump();
    return this.#done.promise.finally(() => this.#signal.removeEventListener("abort", this.#pump));
  }

  readonly #pump = (): void => {
    if (this.#pumping || this.#over) return;
    this.#pumping = true;
    this.#sliceStart = this.#options.clock();
    try {
      while (this.#step());
      if (this.#open === 0) this.#finish();
    } catch (error) {
      this.#over = true;
      this.#done.reject(error);
    }
    this.#pumping = false;
  };

  /** Does one piece of waiting work; false when there is none that may be done now. */
  #step(): boolean {
    const node = this.#toExpand.pop();
    if (node) {
      this.#expand(node);
      return true;
    }
    if (this.#signal.aborted) return false;
    const needed = this.#needed.pop();
    if (needed) {
      this.#look(needed);
      return true;
    }
    if (this.#looking > 0) return false;
    const ready = this.#inFlight < this.#concurrency ? this.#ready.pop() : undefined;
    if (ready) {
      this.#fetch(ready);
      return true;
    }
    const entry = this.#fetching > 0 ? undefined : this.#fetched.pop();
    if (!entry) return false;
    this.#execute(entry);
    if (entry.state === "running" || this.#options.clock() - this.#sliceStart < sliceMs) return true;
    this.#after(new Promise((resolve) => setTimeout(resolve)), () => undefined);
    return false;
  }

  /** Goes on with `then` when the promise is settled; the run is not over before. */
  #after<T>(promise: Promise<T>, then: (value: T) => void, failed?: (error: unknown) => void): void {
    this.#open++;
    const settle = (act: () => void) => {
      this.#open--;
      if (this.#over) return;
      try {
        act();
      } catch (error) {
        this.#over = true;
        this.#done.reject(error);
      }
      this.#pump();
    };
    promise.then(
      (value) => settle(() => then(value)),
      (error) =>
        settle(() => {
          if (!failed) throw error;
          failed(error);
        }),
    );
  }

  // Forwards: nodes become items.

  #expand(node: NodeState<S>): void {
    const { links, definition, wanted } = node.plan;
    node.expanded = true;
    const sources = links.map(({ source }) => this.#nodes[source]!);
    for (const source of sources) source.unexpanded--;
    for (const [i, source] of sources.entries()) {
      const because = source.lost ?? (emitsList(source, links[i]!.sourcePort) ? source.listsLost : undefined);
      if (because !== undefined) {
        this.#loseNode(node, because);
        return;
      }
    }
    const lists = links.map(({ sourcePort }, i) => outputRefs(sources[i]!, sourcePort));
    if (!definition.run) {
      links.forEach(({ port }, i) => {
        node.sinkRefs.push({ port, refs: lists[i]! });
        lists[i]!.forEach(({ entry }, item) => {
          this.#watch(entry, { node, item });
        });
      });
      return;
    }
    try {
      for (const [item, { key, inputs }] of expandItems(this.#plan, node, lists).entries())
        node.entries.push(this.#attach(key, node, item, inputs));
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      this.#teller.failed({ node, item: 0 }, error);
      this.#loseNode(node, node.plan.id);
      return;
    }
    for (const { node: user, list } of node.users) if (!list) this.#resolveLink(user);
    if (Object.values(definition.outputs).some(({ list }) => list)) this.#materialise(node);
    if (wanted) for (const entry of node.entries) this.#needed.push(entry);
  }

  #attach(key: string, node: NodeState<S>, item: number, inputs: Ref<S>[][]): Entry<S> {
    const known = this.#entries.get(key);
    if (!known) {
      const entry = newEntry(key, node, item, inputs);
      this.#entries.set(key, entry);
      return entry;
    }
    known.items.push({ node, item });
    if (available(known)) this.#teller.cached({ node, item });
    if (known.state === "lost") this.#teller.tellAt({ node, item }, { event: "node.skipped", because: known.because! });
    return known;
  }

  #resolveLink(user: NodeState<S>): void {
    if (--user.pending === 0) this.#toExpand.push(user);
  }

  /** Finds out how long the lists are that the node emits, from the cache or by running it. */
  #materialise(node: NodeState<S>): void {
    node.listsPending = node.entries.length;
    for (const entry of node.entries) {
      if (entry.lengths) node.listsPending--;
      else if (entry.state === "lost") {
        this.#settleLists(node, entry.because);
        return;
      } else {
        entry.listWaiters.push(node);
        if (available(entry)) this.#loadLengths(entry);
        else this.#needed.push(entry);
      }
    }
    if (node.listsPending === 0) this.#settleLists(node);
  }

  #loadLengths(entry: Entry<S>): void {
    this.#after(this.#load(entry), () => {
      if (entry.state === "idle") this.#needed.push(entry);
      else if (entry.uses === 0) entry.values = undefined;
    });
  }

  #knowLengths(entry: Entry<S>, values: EntryValues): void {
    entry.lengths = Object.fromEntries(Object.entries(values).map(([port, items]) => [port, items.length]));
    for (const node of entry.listWaiters.splice(0)) if (--node.listsPending === 0) this.#settleLists(node);
  }

  #settleLists(node: NodeState<S>, lost?: string): void {
    if (node.listsSettled) return;
    node.listsSettled = true;
    if (lost !== undefined) node.listsLost = lost;
    for (const { node: user, list } of node.users) if (list) this.#resolveLink(user);
  }

  // Backwards: what is needed is looked for, and if it is not there its sources are needed.

  #watch(entry: Entry<S>, sink: At<S>): void {
    if (entry.state === "lost") this.#teller.tellAt(sink, { event: "node.skipped", because: entry.because! });
    else entry.watchers.push(sink);
    this.#needed.push(entry);
  }

  #look(entry: Entry<S>): void {
    if (entry.state !== "idle") return;
    if (this.#options.readCache === false || entry.distrusted) {
      this.#miss(entry);
      return;
    }
    entry.state = "looking";
    this.#looking++;
    this.#after(
      // A cache that cannot be asked is a cache that has nothing.
      this.#options.cache.has(entry.key).catch(() => false),
      (found) => {
        this.#looking--;
        if (found) this.#hit(entry);
        else this.#miss(entry);
      },
    );
  }

  #hit(entry: Entry<S>): void {
    entry.state = "cached";
    for (const at of entry.items) this.#teller.cached(at);
    if (entry.listWaiters.length > 0) this.#loadLengths(entry);
    this.#wake(entry);
  }

  #miss(entry: Entry<S>): void {
    entry.sources = sourcesOf(entry);
    for (const source of entry.sources) source.uses++;
    const lost = entry.sources.find(({ state }) => state === "lost");
    if (lost) {
      this.#lose(entry, lost.because!);
      return;
    }
    this.#await(entry);
  }

  #await(entry: Entry<S>): void {
    entry.state = "waiting";
    entry.waiting = 0;
    for (const source of entry.sources) {
      if (available(source)) continue;
      entry.waiting++;
      source.users.push(entry);
      this.#needed.push(source);
    }
    if (entry.waiting === 0) this.#makeReady(entry);
  }

  #makeReady(entry: Entry<S>): void {
    entry.state = "ready";
    this.#ready.push(entry);
  }

  #wake(entry: Entry<S>): void {
    for (const user of entry.users.splice(0)) if (--user.waiting === 0) this.#makeReady(user);
  }

  /** Brings the values of a kept entry into memory. An entry that the cache lost becomes idle, to be computed anew. */
  #load(entry: Entry<S>): Promise<void> {
    entry.loading ??= this.#read(entry).finally(() => {
      entry.loading = undefined;
    });
    return entry.loading;
  }

  async #read(entry: Entry<S>): Promise<void> {
    await entry.saving;
    const bytes = await this.#options.cache.get(entry.key).catch(() => undefined);
    if (entry.values || !available(entry)) return;
    const values = bytes && decodeEntry(bytes);
    if (!values) {
      entry.distrusted = true;
      entry.state = "idle";
      return;
    }
    entry.values = values;
    if (!entry.lengths) this.#knowLengths(entry, values);
  }

  // Running.

  /** Brings the inputs of a ready entry into memory. */
  #fetch(entry: Entry<S>): void {
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
    this.#after(Promise.all(absent.map((source) => this.#load(source))), () => {
      this.#fetching--;
      if (absent.every(({ values }) => values)) {
        this.#fetched.push(entry);
        return;
      }
      this.#inFlight--;
      this.#await(entry);
    });
  }

  #execute(entry: Entry<S>): void {
    const at = entry.items[0]!;
    at.node.executed = true;
    entry.state = "running";
    this.#teller.tellAt(at, { event: "node.started" });
    const since = this.#options.clock();
    const alive = () => entry.state === "running" && !this.#over;
    let result: unknown;
    try {
      result = invoke(entry, { ...this.#options.services, ...this.#teller.context(at, this.#signal, alive) });
    } catch (error) {
      this.#fails(entry, error);
      return;
    }
    if (!isPromise(result)) {
      this.#complete(entry, result, since);
      return;
    }
    this.#after(
      result,
      (outputs) => this.#complete(entry, outputs, since),
      (error) => this.#fails(entry, error),
    );
  }

  #complete(entry: Entry<S>, result: unknown, since: number): void {
    let values: EntryValues;
    let bytes: Uint8Array;
    try {
      values = checkOutputs(entry.node.plan.definition, result);
      bytes = encodeValue(values);
    } catch (error) {
      this.#fails(entry, error);
      return;
    }
    this.#inFlight--;
    entry.state = "done";
    if (entry.uses > 0 || entry.node.unexpanded > 0) entry.values = values;
    this.#teller.tellAt(entry.items[0]!, { event: "node.finished", ms: this.#options.clock() - since });
    for (const at of entry.items.slice(1)) this.#teller.cached(at);
    this.#save(entry, bytes);
    if (!entry.lengths) this.#knowLengths(entry, values);
    this.#release(entry);
    this.#wake(entry);
  }

  #save(entry: Entry<S>, bytes: Uint8Array): void {
    const put = (async () => this.#options.cache.put(entry.key, bytes))();
    entry.saving = put.catch((error) => {
      entry.unsaved = explainFailure(error).message;
    });
    this.#after(entry.saving, () => {
      entry.saving = undefined;
      if (entry.unsaved !== undefined)
        this.#teller.tellAt(entry.items[0]!, {
          event: "notice",
          message: `The result could not be kept: ${entry.unsaved}`,
        });
    });
  }

  /** The entry does not need its sources any more; values that nobody needs leave the memory. */
  #release(entry: Entry<S>): void {
    for (const source of entry.sources)
      if (--source.uses === 0 && source.node.unexpanded === 0) source.values = undefined;
  }

  // Failing.

  #fails(entry: Entry<S>, error: unknown): void {
    this.#inFlight--;
    // A node that a cancel interrupts has not failed.
    if (this.#signal.aborted) {
      entry.state = "waiting";
      return;
    }
    for (const at of entry.items) this.#teller.failed(at, error);
    this.#lose(entry, entry.items[0]!.node.plan.id, true);
  }

  /** The entry and all that waits for it will never be there. */
  #lose(first: Entry<S>, because: string, failed = false): void {
    const open = [first];
    for (let entry = open.pop(); entry; entry = open.pop()) {
      if (entry.state === "lost") continue;
      entry.state = "lost";
      entry.because = because;
      if (entry !== first || !failed)
        for (const at of entry.items) this.#teller.tellAt(at, { event: "node.skipped", because });
      for (const sink of entry.watchers) this.#teller.tellAt(sink, { event: "node.skipped", because });
      for (const node of entry.listWaiters.splice(0)) this.#settleLists(node, because);
      this.#release(entry);
      open.push(...entry.users.splice(0));
    }
  }

  /** The node's items will never be known, so neither will those of its users. */
  #loseNode(node: NodeState<S>, because: string): void {
    node.lost = because;
    if (because !== node.plan.id) this.#teller.tellAt({ node, item: 0 }, { event: "node.skipped", because });
    for (const { node: user } of node.users) this.#resolveLink(user);
  }

  #finish(): void {
    this.#over = true;
    const { outputs, unsaved, complete } = collectOutputs(this.#nodes);
    if (!complete && !this.#signal.aborted)
      throw new Error("Bug: the run came to rest before its outputs were settled.");
    const failures = [...this.#teller.failures, ...unsaved];
    const status = !complete ? "cancelled" : failures.length > 0 ? "failed" : "finished";
    const executed = this.#nodes.filter((node) => node.executed).length;
    const cached = this.#nodes.filter((node) => node.cached && !node.executed).length;
    const ms = this.#options.clock() - this.#started;
    this.#teller.tell({ event: `run.${status}`, executed, cached, outputs, ms });
    this.#done.resolve({ status, executed, cached, outputs, failures });
  }
}
