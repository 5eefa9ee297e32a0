import { append } from "../document/append.ts";
import { Expansion } from "../expansion/expansion.ts";
import { sourcesOf } from "../expansion/items.ts";
import type { At, NodeState } from "../expansion/state.ts";
import type { Plan } from "../plan/plan.ts";
import { type EntryValues, readEntry } from "../values/entry.ts";
import { copyValue } from "../values/value.ts";
import type { EventSender } from "./event-sender.ts";
import { Heap } from "./heap.ts";
import { available, goesFirst, itemsOf, type RunEntry, runEntry } from "./run-entry.ts";
import type { RunOptions } from "./run-options.ts";

type Host<S> = Pick<RunOptions<S>, "cache" | "readCache"> & {
  readonly events: EventSender<S>;
  /** Continues with `then`, or with `failed`, when the promise settles, and keeps the run open until then. */
  readonly after: <V>(promise: Promise<V>, then: (value: V) => void, failed?: (error: unknown) => void) => void;
  /** An entry was found in the cache. */
  readonly found: (entry: RunEntry) => void;
  /** The run has to return the entry's values for one more item. */
  readonly watched: (entry: RunEntry, at: At<RunEntry>) => void;
};

/**
 * What one run still has to compute. The expansion asks for values forwards, and the outputs for theirs; from there this goes
 * backwards: the cache is asked for an entry, and only if it does not have it are the entry's sources needed in turn. An
 * entry all of whose sources are available is ready to be run. Whoever runs it reports that it is `done`, or `lost`. Each
 * piece of work is done when asked for, so that nothing here recurses along the graph.
 */
export class Demand<S> {
  /** What can be run now. */
  readonly ready = new Heap<RunEntry>(goesFirst);
  readonly #host: Host<S>;
  readonly #expansion: Expansion<RunEntry>;
  readonly #needed: RunEntry[] = [];
  #looking = 0;

  constructor(plan: Plan<S>, host: Host<S>) {
    this.#host = host;
    const { events } = host;
    this.#expansion = new Expansion(plan, {
      entry: runEntry,
      again: (entry, at) => this.#again(entry, at),
      ask: (entry) => this.#ask(entry),
      want: (entry, at) => this.#want(entry, at),
      failed: (at, error) => events.failed(at, error),
      skipped: (at, because) => events.sendAt(at, { event: "node.skipped", because }),
    });
  }

  get nodes(): readonly NodeState<RunEntry>[] {
    return this.#expansion.nodes;
  }

  /** Whether the cache is being asked for entries, so that more may be ready in a moment. */
  get looking(): boolean {
    return this.#looking > 0;
  }

  /** Expands one node into its items; returns false if none can be expanded now. */
  expand(): boolean {
    return this.#expansion.step();
  }

  /** Asks the cache for one entry that is needed; returns false if there is none. */
  look(): boolean {
    const entry = this.#needed.pop();
    if (!entry) return false;
    this.#look(entry);
    return true;
  }

  /** The entry is ready as soon as its sources are available; those that are not are needed. */
  await(entry: RunEntry): void {
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

  /** Whoever else computed the entry has ended: the cache has it now, or else it is ready. */
  askAgain(entry: RunEntry): void {
    entry.state = "looking";
    this.#looking++;
    const answer = (found: boolean) => {
      this.#looking--;
      if (found) {
        this.#release(entry);
        this.#hit(entry);
      } else this.await(entry);
    };
    this.#host.after(this.#host.cache.has(entry.key), answer, () => answer(false));
  }

  /** Brings the values of a kept entry into memory. If the cache lost the entry, it becomes idle and is computed again. */
  load(entry: RunEntry): Promise<void> {
    entry.loading ??= this.#read(entry).finally(() => {
      entry.loading = undefined;
    });
    return entry.loading;
  }

  /** The entry was computed. Its values stay in memory only while somebody may need them. */
  done(entry: RunEntry, values: EntryValues): void {
    if (entry.uses > 0 || entry.node.unexpanded > 0) entry.values = copyValue(values) as EntryValues;
    this.#expansion.answer(entry, { values });
    this.#release(entry);
    this.#wake(entry);
  }

  /** The entry failed: it and everything that waits for it will never exist. */
  lost(entry: RunEntry): void {
    this.#lose(entry, entry.node.plan.id, true);
  }

  // What the expansion asks.

  #again(entry: RunEntry, at: At<RunEntry>): void {
    const { events } = this.#host;
    entry.twins = append(entry.twins, at);
    if (entry.lost !== undefined) events.sendAt(at, { event: "node.skipped", because: entry.lost });
    else if (available(entry)) events.cached(at, entry.key);
  }

  #ask(entry: RunEntry): void {
    const { lost, values } = entry;
    if (lost !== undefined) this.#expansion.answer(entry, { lost });
    else if (values) this.#expansion.answer(entry, { values });
    else if (available(entry)) this.#loadForReaders(entry);
    else this.#needed.push(entry);
  }

  #want(entry: RunEntry, at?: At<RunEntry>): void {
    if (at && entry.lost !== undefined) this.#host.events.sendAt(at, { event: "node.skipped", because: entry.lost });
    else if (at) {
      entry.watchers = append(entry.watchers, at);
      this.#host.watched(entry, at);
    }
    this.#needed.push(entry);
  }

  // What the cache has.

  #look(entry: RunEntry): void {
    if (entry.state !== "idle" || entry.lost !== undefined) return;
    if (this.#host.readCache === false || entry.distrusted) {
      this.#miss(entry);
      return;
    }
    entry.state = "looking";
    this.#looking++;
    this.#host.after(
      this.#host.cache.has(entry.key),
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
    for (const at of itemsOf(entry)) this.#host.events.cached(at, entry.key);
    this.#host.found(entry);
    if (entry.readers) this.#loadForReaders(entry);
    this.#wake(entry);
  }

  #miss(entry: RunEntry): void {
    entry.sources = sourcesOf(entry);
    let because: string | undefined;
    for (const source of entry.sources) {
      source.uses++;
      because ??= source.lost;
    }
    if (because === undefined) this.await(entry);
    else this.#lose(entry, because);
  }

  #loadForReaders(entry: RunEntry): void {
    this.#host.after(this.load(entry), () => {
      if (entry.state === "idle" && entry.lost === undefined) this.#needed.push(entry);
      else if (entry.uses === 0) entry.values = undefined;
    });
  }

  async #read(entry: RunEntry): Promise<void> {
    await entry.saving;
    const values = await readEntry(this.#host.cache, entry.key).catch(() => undefined);
    if (entry.values || !available(entry)) return;
    if (!values) {
      entry.distrusted = true;
      entry.state = "idle";
      return;
    }
    entry.values = values;
    this.#expansion.answer(entry, { values });
  }

  // Who waits for an entry.

  #makeReady(entry: RunEntry): void {
    entry.state = "ready";
    this.ready.push(entry);
  }

  #wake(entry: RunEntry): void {
    if (!entry.users) return;
    for (const user of entry.users) if (--user.waiting === 0) this.#makeReady(user);
    entry.users = undefined;
  }

  /** The entry does not need its sources any more; values that nobody needs leave the memory. */
  #release(entry: RunEntry): void {
    for (const source of entry.sources)
      if (--source.uses === 0 && source.node.unexpanded === 0) source.values = undefined;
  }

  #lose(first: RunEntry, because: string, failed = false): void {
    const { events } = this.#host;
    const open = [first];
    for (let entry = open.pop(); entry; entry = open.pop()) {
      if (entry.lost !== undefined) continue;
      entry.lost = because;
      if (entry !== first || !failed)
        for (const at of itemsOf(entry)) events.sendAt(at, { event: "node.skipped", because });
      for (const sink of entry.watchers ?? []) events.sendAt(sink, { event: "node.skipped", because });
      this.#expansion.answer(entry, { lost: because });
      this.#release(entry);
      for (const user of entry.users ?? []) open.push(user);
      entry.users = undefined;
    }
  }
}
