import { sourcesOf } from "../expansion/items.ts";
import type { OutputRef } from "../run/event.ts";
import type { ExpandedPlan, SeenEntry } from "./expand-plan.ts";

/** One entry of the cache that an output was made from, by the first item that has its fingerprint. */
export type TracedEntry = { readonly node: string; readonly item: number; readonly key: string };

/**
 * What each output of a run was made from, itself included: the entries of its own items alone, sources first, in the order of
 * the plan and of items. Empty where the expansion does not know how long a list is that decides the items.
 */
export function traceOutputs(
  { nodes }: ExpandedPlan,
  outputs: readonly OutputRef[],
): readonly (readonly TracedEntry[])[] {
  const entries = new Map<string, SeenEntry>();
  for (const { state } of nodes)
    for (const entry of state.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  return outputs.map(({ value }) => {
    const made = new Set<SeenEntry>();
    const open = [entries.get(value.key)];
    for (let entry = open.pop(); entry; entry = open.pop()) {
      if (made.has(entry)) continue;
      made.add(entry);
      open.push(...sourcesOf(entry));
    }
    return [...entries.values()]
      .filter((entry) => made.has(entry))
      .map(({ node, item, key }) => ({ node: node.plan.id, item, key }));
  });
}
