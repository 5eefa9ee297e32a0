import type { Plan } from "../plan/plan.ts";
import type { OutputRef } from "../run/event.ts";
import { sourcesOf } from "../run/expand.ts";
import type { Entry } from "../run/state.ts";
import type { Cache } from "../values/cache.ts";
import { foresee } from "./foresee.ts";

/** One entry of the cache that an output was made from, by the first item that has its fingerprint. */
export type TracedEntry = { readonly node: string; readonly item: number; readonly key: string };

/**
 * What each output of a run was made from, itself included: the entries of its own items alone, sources first, in the order of
 * the plan and of items. Runs nothing; empty where the cache no longer knows how long a list is that decides the items.
 */
export async function traceOutputs<S>(
  plan: Plan<S>,
  cache: Pick<Cache, "has" | "get">,
  outputs: readonly OutputRef[],
): Promise<readonly (readonly TracedEntry[])[]> {
  const known = await foresee(plan, cache);
  const entries = new Map<string, Entry<S>>();
  for (const { state } of known)
    for (const entry of state.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  return outputs.map(({ value }) => {
    const made = new Set<Entry<S>>();
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
