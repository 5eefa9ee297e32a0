import { type AnyPlan, type Cache, type ExpandedPlan, expandPlan, type Value, type ValueRef } from "@clipwork/engine";
import type { ItemSetting } from "../../wire/wire.ts";

/** Settings of one item that are named, and letters of a text among them. */
const most = 16;
const mostLetters = 200;

type Entry = ExpandedPlan["nodes"][number]["state"]["entries"][number];
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
  #expanded: Promise<ExpandedPlan> | undefined;

  constructor(plan: AnyPlan, cache: Pick<Cache, "get">, read: Read) {
    this.#plan = plan;
    this.#cache = cache;
    this.#read = read;
    this.#fed = fedNodes(plan);
  }

  /** False if the node has no settings, whatever its items are. */
  concern(node: string): boolean {
    return this.#fed.has(node);
  }

  /** The settings behind an item, those of nodes upstream first; none for an item that is not known yet. */
  async of(node: string, item: number): Promise<readonly ItemSetting[]> {
    if (!this.concern(node)) return [];
    const entry =
      this.#entryIn(await this.#expand(), node, item) ?? this.#entryIn(await this.#expandAnew(), node, item);
    const found: ItemSetting[] = [];
    for (const { at, param, ref } of entry ? settingsBehind(entry) : []) {
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

  #entryIn({ nodes }: ExpandedPlan, node: string, item: number): Entry | undefined {
    const state = nodes[this.#fed.get(node)!]?.state;
    const [sink] = state?.sinkRefs ?? [];
    return sink ? sink.refs[item]?.entry : state?.entries[item];
  }
}

/** The nodes that have, or get over a link that brings single items, a parameter that a link feeds. */
function fedNodes({ nodes }: AnyPlan): ReadonlyMap<string, number> {
  const fed: boolean[] = [];
  for (const { links } of nodes)
    fed.push(links.some(({ list, param, source }) => !list && (param !== undefined || fed[source] === true)));
  return new Map(fed.flatMap((is, place) => (is ? [[nodes[place]!.id, place] as const] : [])));
}

type Setting = { readonly at: string; readonly param: string; readonly ref: ValueRef };

function settingsBehind(entry: Entry): readonly Setting[] {
  const found: (Setting & { readonly place: number })[] = [];
  const seen = new Set([entry]);
  for (const { node, inputs } of seen)
    for (const [i, { param, list, port }] of node.plan.links.entries()) {
      const refs = list ? [] : (inputs[i] ?? []);
      for (const { entry } of refs) seen.add(entry);
      const [ref] = refs;
      if (param && ref && found.length < most)
        found.push({
          at: node.plan.id,
          param: port,
          ref: { key: ref.entry.key, port: ref.port, index: ref.index },
          place: node.place,
        });
    }
  return found.sort((a, b) => a.place - b.place);
}
