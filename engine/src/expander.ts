import type { EntryValues } from "./entry.ts";
import { expandItems, type ItemInputs, outputRefs } from "./expand.ts";
import { NodeError } from "./node-error.ts";
import type { Plan } from "./plan.ts";
import { type At, available, type Entry, emitsList, type NodeState, newEntry } from "./state.ts";
import type { Teller } from "./teller.ts";

/** What the expander asks of the scheduler. */
type Ask<S> = {
  /** The entry is needed: by a sink, or for the length of a list. */
  need(entry: Entry<S>): void;
  /** Reads a kept entry for the lengths of its lists. */
  loadLengths(entry: Entry<S>): void;
};

/**
 * Turns nodes into items, from sources to sinks, without running anything: the fingerprints of a node's items follow from
 * those of its sources. Only behind an emitted list it has to wait until the list's length is known.
 */
export class Expander<S> {
  readonly #plan: Plan<S>;
  readonly #nodes: readonly NodeState<S>[];
  readonly #teller: Teller<S>;
  readonly #ask: Ask<S>;
  readonly #entries = new Map<string, Entry<S>>();
  readonly #waiting: NodeState<S>[];

  constructor(plan: Plan<S>, nodes: readonly NodeState<S>[], teller: Teller<S>, ask: Ask<S>) {
    this.#plan = plan;
    this.#nodes = nodes;
    this.#teller = teller;
    this.#ask = ask;
    this.#waiting = nodes.filter(({ pending }) => pending === 0);
  }

  /** Expands one node; false when none can be expanded now. */
  step(): boolean {
    const node = this.#waiting.pop();
    if (node) this.#expand(node);
    return node !== undefined;
  }

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
      const items = expandItems(this.#plan, node, lists);
      node.entries = items.map(({ key, inputs }, item) => this.#attach(key, node, item, inputs));
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      this.#teller.failed({ node, item: 0 }, error);
      this.#loseNode(node, node.plan.id);
      return;
    }
    for (const { node: user, list } of node.users) if (!list) this.#resolveLink(user);
    if (node.emitsLists) this.#materialise(node);
    if (wanted) for (const entry of node.entries) this.#ask.need(entry);
  }

  #attach(key: string, node: NodeState<S>, item: number, inputs: ItemInputs<S>["inputs"]): Entry<S> {
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
    if (--user.pending === 0) this.#waiting.push(user);
  }

  /** Finds out how long the lists are that the node emits, from the cache or by running it. */
  #materialise(node: NodeState<S>): void {
    node.listsPending = node.entries.length;
    for (const entry of node.entries) {
      if (entry.lengths) node.listsPending--;
      else if (entry.state === "lost") {
        this.settleLists(node, entry.because);
        return;
      } else {
        entry.listWaiters.push(node);
        if (available(entry)) this.#ask.loadLengths(entry);
        else this.#ask.need(entry);
      }
    }
    if (node.listsPending === 0) this.settleLists(node);
  }

  /** Takes note of how long the lists of an entry are. */
  knowLengths(entry: Entry<S>, values: EntryValues): void {
    if (entry.lengths || !entry.node.emitsLists) return;
    entry.lengths = Object.fromEntries(Object.entries(values).map(([port, items]) => [port, items.length]));
    for (const node of entry.listWaiters) if (--node.listsPending === 0) this.settleLists(node);
    entry.listWaiters.length = 0;
  }

  /** Lets the users of the emitted lists go on: their lengths are known, or lost because of a failed node. */
  settleLists(node: NodeState<S>, lost?: string): void {
    if (node.listsSettled) return;
    node.listsSettled = true;
    if (lost !== undefined) node.listsLost = lost;
    for (const { node: user, list } of node.users) if (list) this.#resolveLink(user);
  }

  #watch(entry: Entry<S>, sink: At<S>): void {
    if (entry.state === "lost") this.#teller.tellAt(sink, { event: "node.skipped", because: entry.because! });
    else entry.watchers.push(sink);
    this.#ask.need(entry);
  }

  /** The node's items will never be known, so neither will those of its users. */
  #loseNode(node: NodeState<S>, because: string): void {
    node.lost = because;
    if (because !== node.plan.id) this.#teller.tellAt({ node, item: 0 }, { event: "node.skipped", because });
    for (const { node: user } of node.users) this.#resolveLink(user);
  }
}
