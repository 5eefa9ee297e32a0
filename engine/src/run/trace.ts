import { itemAt } from "../document/lookup.ts";
import { needsLinkAtAll, sourcesOf } from "../expansion/items.ts";
import type { At, NodeState } from "../expansion/state.ts";
import type { TracedEntry } from "./event.ts";
import { itemsOf, type RunEntry } from "./run-entry.ts";

/** The entries that one is made from, itself included, in no particular order. */
export function sourcesBehind(entry: RunEntry): ReadonlySet<RunEntry> {
  const found = new Set([entry]);
  // A set also iterates over what is added during the iteration.
  for (const one of found) for (const source of sourcesOf(one)) found.add(source);
  return found;
}

/** Says which items entries belong to, so that equal runs say the same, whatever was expanded or computed first. */
export class Tracer {
  readonly #nodes: readonly NodeState<RunEntry>[];
  readonly #upstream = new Map<NodeState<RunEntry>, ReadonlySet<NodeState<RunEntry>>>();

  /** `nodes`: those of the plan, in its order. */
  constructor(nodes: readonly NodeState<RunEntry>[]) {
    this.#nodes = nodes;
  }

  /** What an output of that node is made from, in the order of the plan and of items. */
  name(entries: Iterable<RunEntry>, output: NodeState<RunEntry>): readonly TracedEntry[] {
    const named = [...entries].map((entry) => ({ key: entry.key, at: this.#nameOf(entry, output) }));
    named.sort((a, b) => compare(a.at, b.at));
    return named.map(({ key, at: { node, item } }) => ({ node: node.plan.id, item, key }));
  }

  /** Among the items that share the entry, the first that belongs to the output. */
  #nameOf(entry: RunEntry, output: NodeState<RunEntry>): At<RunEntry> {
    if (!entry.twins) return entry;
    const upstream = this.#upstreamOf(output);
    const [first, ...others] = itemsOf(entry).filter(({ node }) => upstream.has(node));
    return others.reduce((best, at) => (compare(at, best) < 0 ? at : best), first ?? entry);
  }

  /** The node and everything it needs something from. */
  #upstreamOf(output: NodeState<RunEntry>): ReadonlySet<NodeState<RunEntry>> {
    const known = this.#upstream.get(output);
    if (known) return known;
    const found = new Set([output]);
    for (const node of found)
      node.plan.links.forEach(({ source, when }, i) => {
        if (!when || (node.selected && needsLinkAtAll(node, i))) found.add(itemAt(this.#nodes, source));
      });
    this.#upstream.set(output, found);
    return found;
  }
}

function compare(a: At<RunEntry>, b: At<RunEntry>): number {
  return a.node.place - b.node.place || a.item - b.item;
}
