import { NodeError } from "../catalogue/node-error.ts";
import { append } from "../document/append.ts";
import { itemAt } from "../document/lookup.ts";
import type { AnyPlan, PlanLink } from "../plan/plan.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Incoming, ItemCount, incoming, needsLink, needsLinkAtAll, zipItems } from "./items.ts";
import { type KeyFinder, keptKeys } from "./kept-keys.ts";
import { joinMoved, moveItem } from "./move.ts";
import {
  type Answer,
  type At,
  awaitLink,
  type Entry,
  emitsList,
  initialStates,
  type Moved,
  type NodeState,
  type Ref,
  selectingLinks,
} from "./state.ts";

/** Whoever carries an expansion out: a run answers by computing, a forecast from what is kept. */
export interface Expander<E> {
  /** A new entry, for an item whose fingerprint is new. It is lost from the start if `lost` names the failed node. */
  entry(key: string, at: At<E>, inputs: readonly Incoming<E>[], lost?: string): E;
  /** Another item has the fingerprint of the entry. */
  again(entry: E, at: At<E>): void;
  /** What happens next depends on the entry's values: `answer` has to be called for it, now or later. */
  ask(entry: E): void;
  /** The run has to return the entry's values: for item `at` of a node that takes them, else for the entry's own item. */
  want(entry: E, at?: At<E>): void;
  /**
   * The item, or a node without items, is impossible: its inputs do not fit together, or the node failed while moving them.
   */
  failed(at: At<E>, error: unknown): void;
  /** The item, or a node without items, will never exist, because that node failed or is unknown. */
  skipped(at: At<E>, because: string): void;
}

type Options = {
  /** Whether to expand nodes that no output is known to need, too. Default false: they wait until a value chooses them. */
  readonly everything?: boolean;
};

/**
 * Turns the nodes of a plan into items, from sources to sinks, without running anything: the fingerprints of a node's items
 * follow from those of its sources. It has to wait in only two cases: behind an emitted list until the list's length is
 * known, and before a conditional input until the deciding value is known. It then asks its expander for an entry's values
 * and continues once they are answered. Nothing recurses along links.
 */
export class Expansion<E extends Entry<E>> {
  readonly nodes: readonly NodeState<E>[];
  readonly #plan: AnyPlan;
  readonly #expander: Expander<E>;
  readonly #entries = new Map<string, E>();
  readonly #count = new ItemCount();
  readonly #waiting: NodeState<E>[];
  readonly #keptKeys: KeyFinder | undefined;

  constructor(plan: AnyPlan, expander: Expander<E>, { everything = false }: Options = {}) {
    this.#plan = plan;
    this.#keptKeys = keptKeys(plan);
    this.#expander = expander;
    this.nodes = initialStates(plan.nodes, everything);
    this.#waiting = this.nodes.filter(({ pending, demanded }) => pending === 0 && demanded);
  }

  /** Expands one node; returns false if none can be expanded now. */
  step(): boolean {
    const node = this.#waiting.pop();
    if (!node) return false;
    try {
      this.#advance(node);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      node.expanded = true;
      this.#expander.failed({ node, item: 0 }, error);
      this.#loseNode(node, node.plan.id);
    }
    return true;
  }

  /** Answers what values an entry has, for the first time or again; or that they will never exist, or that nobody knows. */
  answer(entry: E, answer: Answer): void {
    if (answer.values && entry.node.emitsLists)
      entry.lengths ??= Object.fromEntries(Object.entries(answer.values).map(([port, { length }]) => [port, length]));
    const { readers } = entry;
    if (!readers) return;
    entry.readers = undefined;
    for (const reader of readers) reader(answer);
  }

  /** Throws a NodeError if the node's inputs do not fit together, or are too many. */
  #advance(node: NodeState<E>): void {
    const { links } = node.plan;
    const because = node.lost ?? this.#lostBecause(node, isUnconditional);
    if (because === undefined && !node.selected) {
      this.#select(node);
      return;
    }
    node.expanded = true;
    links.forEach((link, i) => {
      if (!link.when || (node.selected && needsLinkAtAll(node, i))) this.#sourceOf(link).unexpanded--;
    });
    if (because === undefined) this.#expand(node);
    else this.#loseNode(node, because);
  }

  /** The node that a link comes from. */
  #sourceOf({ source }: PlanLink): NodeState<E> {
    return itemAt(this.nodes, source);
  }

  /** The node because of which nothing arrives over one of the links that count. */
  #lostBecause(node: NodeState<E>, counts: (link: PlanLink, i: number) => boolean): string | undefined {
    const { links } = node.plan;
    for (let i = 0; i < links.length; i++) {
      const link = itemAt(links, i);
      const because = this.#lost(link);
      if (because !== undefined && counts(link, i)) return because;
    }
    return undefined;
  }

  /** The node because of which no items arrive over a link. */
  #lost(link: PlanLink): string | undefined {
    const from = this.#sourceOf(link);
    return from.lost ?? (emitsList(from.plan.definition, link.sourcePort) ? from.listsLost : undefined);
  }

  // What the node needs.

  /** Reads the values that decide what the node's items need, then waits for the links they choose. */
  #select(node: NodeState<E>): void {
    const { links } = node.plan;
    const selected = new Map<number, unknown[]>();
    let open = 1;
    const settle = () => {
      if (--open > 0) return;
      if (node.lost === undefined) {
        node.selected = selected;
        links.forEach((link, i) => {
          if (link.when && needsLinkAtAll(node, i)) this.#follow(node, link);
        });
      }
      if (node.pending === 0) this.#waiting.push(node);
    };
    for (const link of selectingLinks(node.plan)) {
      const values: unknown[] = [];
      selected.set(link, values);
      for (const [item, { entry, port, index }] of incoming(this.nodes, node, link).entries()) {
        open++;
        values[item] = undefined;
        this.#read(entry, (answer) => {
          if (answer.values) values[item] = answer.values[port]?.[index];
          else if (answer.lost === undefined) node.lost ??= entry.node.plan.id;
          settle();
        });
      }
    }
    settle();
  }

  /** The node needs what the link brings. */
  #follow(node: NodeState<E>, link: PlanLink): void {
    const { sourcePort } = link;
    const from = this.#sourceOf(link);
    this.#demand(from);
    from.unexpanded++;
    const known = emitsList(from.plan.definition, sourcePort) ? from.listsSettled : from.expanded;
    if (from.lost === undefined && !known) awaitLink(node, from, sourcePort);
  }

  #demand(first: NodeState<E>): void {
    const open = [first];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node.demanded) continue;
      node.demanded = true;
      if (node.pending === 0) this.#waiting.push(node);
      for (const link of node.plan.links) {
        if (link.when) continue;
        const source = this.#sourceOf(link);
        source.unexpanded++;
        open.push(source);
      }
    }
  }

  // Items.

  #expand(node: NodeState<E>): void {
    const { links, definition, wanted } = node.plan;
    const lists = links.map((link, i) => (this.#lost(link) === undefined ? incoming(this.nodes, node, i) : []));
    let arriving = 0;
    for (const { length } of lists) arriving += length;
    this.#count.add(arriving);
    if (!definition.run) {
      node.sinkRefs = links.map(({ port }, i) => ({ port, refs: itemAt(lists, i) }));
      for (const refs of lists) this.#watch(node, refs);
      return;
    }
    const items = zipItems(node, lists);
    this.#count.add(items.length);
    const isLost = links.some((link) => this.#lost(link) !== undefined);
    const because = (item: number) =>
      isLost ? this.#lostBecause(node, (_, i) => needsLink(node, i, item)) : undefined;
    if (definition.moves)
      node.moved = joinMoved(items.map((inputs, item) => this.#move(node, item, inputs, because(item))));
    else node.entries = items.map((inputs, item) => this.#attach(node, item, inputs, because(item)));
    this.#resolveLinks(node.users);
    if (node.emitsLists) this.#materialise(node);
    if (!wanted) return;
    for (const entry of node.entries) this.#expander.want(entry);
    for (const refs of Object.values(node.moved ?? {})) this.#watch(node, refs);
  }

  #attach(node: NodeState<E>, item: number, inputs: readonly Incoming<E>[], because?: string): E {
    if (because !== undefined) return this.#lostItem(node, item, because);
    const key = this.#keptKeys?.(node.place, item, inputs) ?? fingerprint(this.#plan, node.plan, inputs);
    const known = this.#entries.get(key);
    if (known) {
      this.#expander.again(known, { node, item });
      return known;
    }
    const entry = this.#expander.entry(key, { node, item }, inputs);
    this.#entries.set(key, entry);
    return entry;
  }

  #move(node: NodeState<E>, item: number, inputs: readonly Incoming<E>[], because?: string): Moved<E> {
    const settings = node.plan.links.flatMap(({ param }, i) => (param ? itemAt(inputs, i) : []));
    const lost = because ?? settings.find(({ entry }) => entry.lost !== undefined)?.entry.lost;
    if (lost === undefined) {
      try {
        return moveItem(node, inputs, item);
      } catch (error) {
        this.#expander.failed({ node, item }, error);
      }
    }
    const entry = this.#lostItem(node, item, lost ?? node.plan.id);
    const ports = Object.keys(node.plan.definition.outputs);
    return Object.fromEntries(ports.map((port) => [port, [{ entry, port, index: 0 }]]));
  }

  /** Takes the place of an item that will never exist, because an input is lost or the node failed while moving it. */
  #lostItem(node: NodeState<E>, item: number, because: string): E {
    if (because !== node.plan.id) this.#expander.skipped({ node, item }, because);
    return this.#expander.entry("", { node, item }, [], because);
  }

  #resolveLinks(users: readonly NodeState<E>[] | undefined): void {
    if (!users) return;
    for (const user of users) if (--user.pending === 0 && user.demanded) this.#waiting.push(user);
  }

  /** Finds out the lengths of the lists that the node emits. */
  #materialise(node: NodeState<E>): void {
    let open = node.entries.length;
    const settle = (lost?: string) => {
      if (lost !== undefined || --open === 0) this.#settleLists(node, lost);
    };
    for (const entry of node.entries) {
      if (entry.lengths) settle();
      else this.#read(entry, (answer) => settle(answer.values ? undefined : (answer.lost ?? entry.node.plan.id)));
    }
  }

  /** Lets the users of the emitted lists continue: the lengths are known, or never will be because of that node. */
  #settleLists(node: NodeState<E>, lost?: string): void {
    if (node.listsSettled) return;
    node.listsSettled = true;
    if (lost !== undefined) node.listsLost = lost;
    this.#resolveLinks(node.listUsers);
  }

  #read(entry: E, reader: (answer: Answer) => void): void {
    entry.readers = append(entry.readers, reader);
    this.#expander.ask(entry);
  }

  /** The run's outputs wait for these values. */
  #watch(node: NodeState<E>, refs: readonly Ref<E>[]): void {
    refs.forEach(({ entry }, item) => {
      this.#expander.want(entry, { node, item });
    });
  }

  /** The node's items will not be known, so neither will those of its users. */
  #loseNode(node: NodeState<E>, because: string): void {
    node.lost = because;
    if (because !== node.plan.id) this.#expander.skipped({ node, item: 0 }, because);
    this.#resolveLinks(node.users);
    this.#resolveLinks(node.listUsers);
  }
}

function isUnconditional({ when }: PlanLink): boolean {
  return !when;
}
