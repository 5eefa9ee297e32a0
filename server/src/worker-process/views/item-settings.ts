import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  type ExpandedPlan,
  expandPlan,
  type Value,
  type ValueRef,
} from "@clipwork/engine";
import type { ItemSetting } from "../../wire/wire.ts";

/** Settings of one item that are named, and letters of a text among them. */
const most = 16;
const mostLetters = 200;

type Entry = ExpandedPlan["nodes"][number]["state"]["entries"][number];
type Known = Map<Entry, readonly Setting[]>;

/** What was found out of an expansion: one that no value decides stays as long as its plan, run after run. */
const knownOf = new WeakMap<ExpandedPlan, Known>();
/** Which nodes of a plan are fed. */
const fedOf = new WeakMap<AnyPlan, ReturnType<typeof fedNodes>>();

type Read = (ref: ValueRef) => Promise<Value | undefined>;

/**
 * What links put into parameters for one item of a node: the values that tell the items of a batch apart. Behind an input that takes a
 * whole list they are not looked for, since all items stand there.
 */
export class ItemSettings {
  readonly #plan: AnyPlan;
  readonly #cache: Pick<Cache, "get">;
  readonly #read: Read;
  /** The positions in the plan of the nodes that have settings. */
  readonly #fed: ReadonlyMap<string, number>;
  /** The nodes among them that may have more than one item. */
  readonly #many: ReadonlySet<string>;
  #expanded: Promise<ExpandedPlan> | undefined;

  constructor(plan: AnyPlan, cache: Pick<Cache, "get">, read: Read) {
    this.#plan = plan;
    this.#cache = cache;
    this.#read = read;
    const { fed, many } = remembered(fedOf, plan, fedNodes);
    this.#fed = fed;
    this.#many = many;
  }

  /**
   * False if the node has no settings, whatever its items are. If `amongOthers`, false as well for a node that never has more than one
   * item, from which there is nothing to tell it apart.
   */
  concern(node: string, amongOthers = false): boolean {
    return (amongOthers ? this.#many : this.#fed).has(node);
  }

  /** The settings behind an item, those of nodes upstream first; none for an item that is not known yet. */
  async of(node: string, item: number): Promise<readonly ItemSetting[]> {
    if (!this.concern(node)) return [];
    const settings = this.#in(await this.#expand(), node, item) ?? this.#in(await this.#expandAnew(), node, item);
    const found: ItemSetting[] = [];
    for (const { at, param, ref } of settings ?? []) {
      const value = await this.#read(ref);
      if (typeof value === "string") found.push({ node: at, param, value: value.slice(0, mostLetters) });
      else if (typeof value === "number" || typeof value === "boolean") found.push({ node: at, param, value });
    }
    return found;
  }

  #expand(): Promise<ExpandedPlan> {
    this.#expanded ??= expandPlan(this.#plan, this.#cache);
    return this.#expanded;
  }

  /** Lists that were not there at the last expansion may be there now. */
  #expandAnew(): Promise<ExpandedPlan> {
    this.#expanded = expandPlan(this.#plan, this.#cache);
    return this.#expanded;
  }

  #in(expanded: ExpandedPlan, node: string, item: number): readonly Setting[] | undefined {
    const state = expanded.nodes[this.#fed.get(node)!]?.state;
    const [sink] = state?.sinkRefs ?? [];
    const entry = sink ? sink.refs[item]?.entry : state?.entries[item];
    return (
      entry &&
      settingsBehind(
        entry,
        remembered(knownOf, expanded, () => new Map()),
      )
    );
  }
}

function remembered<K extends object, V>(known: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  const value = known.get(key) ?? make(key);
  known.set(key, value);
  return value;
}

/**
 * The nodes that have, or get over a link that brings single items, a parameter that a link feeds, with their positions; and those of them
 * that may have more than one item, since a list comes to them item by item.
 */
function fedNodes({ nodes }: AnyPlan) {
  const fed = new Map<string, number>();
  const many = new Set<string>();
  const passed: {
    readonly fed: boolean;
    readonly many: boolean;
    readonly outputs: AnyPlanNode["definition"]["outputs"];
  }[] = [];
  for (const { id, links, definition } of nodes) {
    const single = links.filter(({ list }) => !list);
    const isFed = single.some(({ param, source }) => param !== undefined || passed[source]!.fed);
    const isMany = single.some(
      ({ source, sourcePort }) => passed[source]!.many || passed[source]!.outputs[sourcePort]!.list,
    );
    if (isFed) fed.set(id, passed.length);
    if (isFed && isMany) many.add(id);
    passed.push({ fed: isFed, many: isMany, outputs: definition.outputs });
  }
  return { fed, many };
}

type Setting = { readonly at: string; readonly param: string; readonly ref: ValueRef; readonly place: number };

/**
 * The settings behind an entry by their nodes' places in the plan, its own and those of its nearest sources first if there are too many.
 * `known` holds those of entries that were asked for before, so that a chain is walked once and not once from each of its nodes.
 */
function settingsBehind(entry: Entry, known: Known): readonly Setting[] {
  const waiting = [entry];
  for (let last = entry; waiting.length > 0; last = waiting.at(-1)!) {
    const sources = known.has(last) ? [] : sourcesOf(last);
    const unknown = sources.filter((source) => !known.has(source));
    if (unknown.length > 0) {
      waiting.push(...unknown);
      continue;
    }
    if (!known.has(last)) {
      const all = [...ownSettings(last), ...sources.flatMap((source) => known.get(source)!)];
      known.set(last, [...new Set(all)].slice(0, most));
    }
    waiting.pop();
  }
  return known.get(entry)!.toSorted((a, b) => a.place - b.place);
}

function sourcesOf({ node, inputs }: Entry): readonly Entry[] {
  return node.plan.links.flatMap(({ list }, i) => (list ? [] : (inputs[i] ?? []).map(({ entry }) => entry)));
}

function ownSettings({ node, inputs }: Entry): readonly Setting[] {
  return node.plan.links.flatMap(({ param, list, port }, i) => {
    const ref = list ? undefined : inputs[i]?.[0];
    if (!param || !ref) return [];
    return {
      at: node.plan.id,
      param: port,
      ref: { key: ref.entry.key, port: ref.port, index: ref.index },
      place: node.place,
    };
  });
}
