import { NodeError } from "../catalogue/node-error.ts";
import { append } from "../document/append.ts";
import type { Plan, PlanLink } from "../plan/plan.ts";
import type { EntryValues } from "../values/entry.ts";
import { type Incoming, ItemCount, needsLink, needsLinkAtAll, outputRefs, zipItems } from "./expand.ts";
import { fingerprint } from "./fingerprint.ts";
import { joinMoved, type Moved, moveItem } from "./move.ts";
import {
  available,
  awaitLink,
  type Entry,
  emitsList,
  type NodeState,
  newEntry,
  type Reader,
  type Ref,
  selectingLinks,
} from "./state.ts";
import type { Teller } from "./teller.ts";

/** What the expander asks of the scheduler. */
type Ask<S> = {
  /** The entry is needed: by a sink, or since its values decide how the run goes on. */
  need(entry: Entry<S>): void;
  /** Reads a kept entry, for those that wait to see its values. */
  load(entry: Entry<S>): void;
};

/**
 * Turns nodes into items, from sources to sinks, without running anything: the fingerprints of a node's items follow from
 * those of its sources. It has to wait in two cases only: behind an emitted list until the list's length is known, and before
 * an input with a condition until the value is known that decides. Nodes that nobody is known to need are left alone.
 */
export class Expander<S> {
  readonly #plan: Plan<S>;
  readonly #nodes: readonly NodeState<S>[];
  readonly #teller: Teller<S>;
  readonly #ask: Ask<S>;
  readonly #entries = new Map<string, Entry<S>>();
  readonly #count = new ItemCount();
  readonly #waiting: NodeState<S>[];

  constructor(plan: Plan<S>, nodes: readonly NodeState<S>[], teller: Teller<S>, ask: Ask<S>) {
    this.#plan = plan;
    this.#nodes = nodes;
    this.#teller = teller;
    this.#ask = ask;
    this.#waiting = nodes.filter(({ pending, demanded }) => pending === 0 && demanded);
  }

  /** Expands one node; false when none can be expanded now. */
  step(): boolean {
    const node = this.#waiting.pop();
    if (!node) return false;
    try {
      this.#advance(node);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      node.expanded = true;
      this.#teller.failed({ node, item: 0 }, error);
      this.#loseNode(node, node.plan.id);
    }
    return true;
  }

  /** Throws a NodeError when the node's inputs do not go together, or are too many. */
  #advance(node: NodeState<S>): void {
    const { links } = node.plan;
    const because = this.#lostBecause(node, ({ when }) => !when);
    if (because === undefined && !node.selected) {
      this.#select(node);
      return;
    }
    node.expanded = true;
    links.forEach(({ source, when }, i) => {
      if (!when || (node.selected && needsLinkAtAll(node, i))) this.#nodes[source]!.unexpanded--;
    });
    if (because === undefined) this.#expand(node);
    else this.#loseNode(node, because);
  }

  /** The failed node because of which nothing comes by one of the links that count. */
  #lostBecause(node: NodeState<S>, counts: (link: PlanLink, i: number) => boolean): string | undefined {
    const { links } = node.plan;
    for (let i = 0; i < links.length; i++) {
      const because = this.#lost(node, i);
      if (because !== undefined && counts(links[i]!, i)) return because;
    }
    return undefined;
  }

  /** The failed node because of which there are no items to come by a link. */
  #lost({ plan: { links } }: NodeState<S>, link: number): string | undefined {
    const { source, sourcePort } = links[link]!;
    const from = this.#nodes[source]!;
    return from.lost ?? (emitsList(from.plan.definition, sourcePort) ? from.listsLost : undefined);
  }

  // What the node needs.

  /** Reads the values that decide what the node's items need, then waits for the links that they choose. */
  #select(node: NodeState<S>): void {
    const { links } = node.plan;
    const selected = new Map<number, unknown[]>();
    let open = 1;
    const settle = () => {
      if (--open > 0) return;
      node.selected = selected;
      links.forEach(({ when }, i) => {
        if (when && needsLinkAtAll(node, i)) this.#follow(node, i);
      });
      if (node.pending === 0) this.#waiting.push(node);
    };
    for (const link of selectingLinks(node.plan)) {
      const values: unknown[] = [];
      selected.set(link, values);
      for (const [item, { entry, port, index }] of this.#incoming(node, link).entries()) {
        open++;
        values[item] = undefined;
        this.#read(entry, (seen) => {
          values[item] = seen?.[port]?.[index];
          settle();
        });
      }
    }
    settle();
  }

  /** The node needs what comes in by the link. */
  #follow(node: NodeState<S>, link: number): void {
    const { source, sourcePort } = node.plan.links[link]!;
    const from = this.#nodes[source]!;
    this.#demand(from);
    from.unexpanded++;
    const known = emitsList(from.plan.definition, sourcePort) ? from.listsSettled : from.expanded;
    if (from.lost === undefined && !known) awaitLink(node, from, sourcePort);
  }

  #demand(first: NodeState<S>): void {
    const open = [first];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.demanded) continue;
      node.demanded = true;
      if (node.pending === 0) this.#waiting.push(node);
      for (const { source, when } of node.plan.links) {
        if (when) continue;
        this.#nodes[source]!.unexpanded++;
        open.push(this.#nodes[source]!);
      }
    }
  }

  // Items.

  #expand(node: NodeState<S>): void {
    const { links, definition, wanted } = node.plan;
    const lists = links.map((_, i) => (this.#lost(node, i) === undefined ? this.#incoming(node, i) : []));
    this.#count.add(lists.reduce((sum, { length }) => sum + length, 0));
    if (!definition.run) {
      node.sinkRefs = links.map(({ port }, i) => ({ port, refs: lists[i]! }));
      for (const refs of lists) this.#watch(node, refs);
      return;
    }
    const items = zipItems(node, lists);
    this.#count.add(items.length);
    const because = (item: number) => this.#lostBecause(node, (_, i) => needsLink(node, i, item));
    if (definition.moves)
      node.moved = joinMoved(items.map((inputs, item) => this.#move(node, item, inputs, because(item))));
    else node.entries = items.map((inputs, item) => this.#attach(node, item, inputs, because(item)));
    this.#resolveLinks(node.users);
    if (node.emitsLists) this.#materialise(node);
    if (!wanted) return;
    for (const entry of node.entries) this.#ask.need(entry);
    for (const refs of Object.values(node.moved ?? {})) this.#watch(node, refs);
  }

  #incoming(node: NodeState<S>, link: number): Incoming<S> {
    const { source, sourcePort } = node.plan.links[link]!;
    return needsLinkAtAll(node, link) ? outputRefs(this.#nodes[source]!, sourcePort) : [];
  }

  #attach(node: NodeState<S>, item: number, inputs: readonly Incoming<S>[], because?: string): Entry<S> {
    if (because !== undefined) return this.#lostItem(node, item, because);
    const key = fingerprint(this.#plan, node.plan, inputs);
    const known = this.#entries.get(key);
    if (!known) {
      const entry = newEntry(key, node, item, inputs);
      this.#entries.set(key, entry);
      return entry;
    }
    known.twins = append(known.twins, { node, item });
    if (available(known)) this.#teller.cached({ node, item });
    if (known.state === "lost") this.#teller.tellAt({ node, item }, { event: "node.skipped", because: known.because! });
    return known;
  }

  #move(node: NodeState<S>, item: number, inputs: readonly Incoming<S>[], because?: string): Moved<S> {
    const settings = inputs.filter((_, i) => node.plan.links[i]!.param).flat();
    const lost = because ?? settings.find(({ entry }) => entry.state === "lost")?.entry.because;
    if (lost === undefined) {
      try {
        return moveItem(node, inputs, item);
      } catch (error) {
        this.#teller.failed({ node, item }, error);
      }
    }
    const entry = this.#lostItem(node, item, lost ?? node.plan.id);
    const ports = Object.keys(node.plan.definition.outputs);
    return Object.fromEntries(ports.map((port) => [port, [{ entry, port, index: 0 }]]));
  }

  /** Stands for an item that will never be, since what it needs is lost, or since the node failed when it moved the item. */
  #lostItem(node: NodeState<S>, item: number, because: string): Entry<S> {
    if (because !== node.plan.id) this.#teller.tellAt({ node, item }, { event: "node.skipped", because });
    return { ...newEntry("", node, item, []), state: "lost", because };
  }

  #resolveLinks(users: readonly NodeState<S>[] | undefined): void {
    for (const user of users ?? []) if (--user.pending === 0 && user.demanded) this.#waiting.push(user);
  }

  /** Finds out how long the lists are that the node emits, from the cache or by running it. */
  #materialise(node: NodeState<S>): void {
    let open = node.entries.length;
    const reader: Reader = (_, because) => {
      if (because !== undefined || --open === 0) this.#settleLists(node, because);
    };
    for (const entry of node.entries) {
      if (entry.lengths) reader(undefined);
      else this.#read(entry, reader);
    }
  }

  /** Lets the users of the emitted lists go on: their lengths are known, or lost because of a failed node. */
  #settleLists(node: NodeState<S>, lost?: string): void {
    if (node.listsSettled) return;
    node.listsSettled = true;
    if (lost !== undefined) node.listsLost = lost;
    this.#resolveLinks(node.listUsers);
  }

  /** Calls back once the entry's values were seen, or will never be. */
  #read(entry: Entry<S>, reader: Reader): void {
    if (entry.state === "lost") reader(undefined, entry.because);
    else if (entry.values) reader(entry.values);
    else {
      entry.readers = append(entry.readers, reader);
      if (available(entry)) this.#ask.load(entry);
      else this.#ask.need(entry);
    }
  }

  /** Takes note of an entry's values when they are there for the first time, or of the failed node when they never will be. */
  seen(entry: Entry<S>, values: EntryValues | undefined, because?: string): void {
    if (values && entry.node.emitsLists)
      entry.lengths ??= Object.fromEntries(Object.entries(values).map(([port, items]) => [port, items.length]));
    for (const reader of entry.readers ?? []) reader(values, because);
    entry.readers = undefined;
  }

  /** The outputs of a run wait for these values. */
  #watch(node: NodeState<S>, refs: readonly Ref<S>[]): void {
    refs.forEach(({ entry }, item) => {
      if (entry.state === "lost")
        this.#teller.tellAt({ node, item }, { event: "node.skipped", because: entry.because! });
      else entry.watchers = append(entry.watchers, { node, item });
      this.#ask.need(entry);
    });
  }

  /** The node's items will never be known, so neither will those of its users. */
  #loseNode(node: NodeState<S>, because: string): void {
    node.lost = because;
    if (because !== node.plan.id) this.#teller.tellAt({ node, item: 0 }, { event: "node.skipped", because });
    this.#resolveLinks(node.users);
    this.#resolveLinks(node.listUsers);
  }
}
