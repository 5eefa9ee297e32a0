import type { AnyCatalogue, NodeJson, WorkflowJson } from "@clipwork/engine";
import { type End, endOf } from "./edit.ts";

/** Which nodes of documents are made alike: equal numbers stand for equal types, parameters and sources. */
export type RecipesOf = ReadonlyMap<string, number>;

/** What a node says, read once. */
type Read = {
  readonly own: string;
  readonly links: readonly (readonly [port: string, end: End | undefined])[];
  /** Its number as it was last, for sources of those numbers. */
  last?: { readonly sources: readonly (number | undefined)[]; readonly number: number };
};

/**
 * Numbers the recipes of nodes: what type a node is of, its parameters with their defaults, and the recipes of what is linked to it. Titles,
 * places and ids do not count, so that two documents that compute the same have the same numbers.
 */
export class Recipes {
  readonly #most: number;
  #numbers = new Map<string, number>();
  /** How many numbers were ever given: none is given twice. */
  #given = 0;
  #read = new WeakMap<NodeJson, Read>();
  #catalogue: AnyCatalogue | undefined;

  /** Beyond `most` recipes those that are older and not of the last document are forgotten: a node made so gets a new number. */
  constructor(most = 20_000) {
    this.#most = most;
  }

  /** How many recipes are remembered. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The recipe of each node; a node in a circle, or behind one, has none. */
  of({ nodes }: WorkflowJson, catalogue: AnyCatalogue): RecipesOf {
    if (catalogue !== this.#catalogue) this.#read = new WeakMap();
    this.#catalogue = catalogue;
    const found = new Map<string, number>();
    const begun = new Set<string>();
    const open = Object.keys(nodes);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = found.has(id) ? undefined : nodes[id];
      if (!node) continue;
      const read = this.#reading(node);
      const missing = read.links.flatMap(([, end]) =>
        end && !found.has(end.node) && Object.hasOwn(nodes, end.node) ? [end.node] : [],
      );
      if (missing.length === 0) found.set(id, this.#number(read, found));
      else if (!begun.has(id)) open.push(id, ...missing);
      begun.add(id);
    }
    if (this.#numbers.size > Math.max(this.#most, 2 * found.size)) this.#forget(new Set(found.values()));
    return found;
  }

  #forget(used: ReadonlySet<number>): void {
    const newest = this.#given - this.#most / 2;
    this.#numbers = new Map([...this.#numbers].filter(([, number]) => number >= newest || used.has(number)));
  }

  #reading(node: NodeJson): Read {
    const read = this.#read.get(node) ?? readNode(node, this.#catalogue!);
    this.#read.set(node, read);
    return read;
  }

  #number(read: Read, known: RecipesOf): number {
    const { own, links, last } = read;
    const sources = links.map(([, end]) => end && known.get(end.node));
    if (last && sources.every((source, i) => source === last.sources[i])) return last.number;
    const text = `${own}${JSON.stringify(links.map(([port, end], i) => [port, sources[i], end?.port]))}`;
    const number = this.#numbers.get(text) ?? this.#given++;
    this.#numbers.set(text, number);
    read.last = { sources, number };
    return number;
  }
}

/** A parameter that a link feeds is inert. */
function readNode({ type, version, mode, params = {}, inputs = {} }: NodeJson, catalogue: AnyCatalogue): Read {
  const defaults = Object.entries(catalogue.get(type)?.params ?? {}).map(([name, param]) => [name, param.default]);
  const values = Object.entries({ ...Object.fromEntries(defaults), ...params });
  const open = values.filter(([name]) => !Object.hasOwn(inputs, name)).sort(byFirst);
  const links = Object.entries(inputs).map(([port, link]) => [port, endOf(link)] as const);
  return { own: JSON.stringify([type, version, mode ?? "", open]), links: links.sort(byFirst) };
}

function byFirst([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
