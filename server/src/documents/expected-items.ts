import type { AnyPlan, AnyPlanNode } from "@clipwork/engine";

/** As many items as a list can have: more cannot be expected either. */
const most = 100_000;

/**
 * How many items each node of the plan will have, as far as parameters say: lists whose length they do not decide count as one item. It is
 * for the time before their values are known.
 */
export function expectedItems({ nodes }: AnyPlan): ReadonlyMap<string, number> {
  const items = new Map<string, number>();
  // A link leads to a node that stands before the one it feeds.
  const lengths: { readonly [port: string]: number }[] = [];
  for (const node of nodes) {
    const fed = node.links.map(({ source, sourcePort }) => lengths[source]![sourcePort]!);
    const own = Math.max(1, ...fed.filter((_, i) => !node.links[i]!.list));
    items.set(node.id, own);
    lengths.push(emitted(node, own, fed));
  }
  return items;
}

/** How many values a node of so many items gives at each output. `fed`: how many each link brings. */
function emitted(node: AnyPlanNode, items: number, fed: readonly number[]): { readonly [port: string]: number } {
  const { definition, links, params } = node;
  const length = Math.max(1, listLength());
  return Object.fromEntries(
    Object.entries(definition.outputs).map(([port, { list }]) => [port, Math.min(most, list ? items * length : items)]),
  );

  function listLength(): number {
    const byPort = Object.fromEntries(links.map(({ port }, i) => [port, fed[i]!]));
    const decided = definition.listLength?.(params as never, byPort);
    if (decided !== undefined) return decided;
    // What only moves values gives those that it was given.
    return definition.moves ? Math.max(1, ...fed.filter((_, i) => links[i]!.list)) : 1;
  }
}
