import { type Cache, explainPlan, type Plan } from "@clipwork/engine";
import type { DiskStore } from "./disk-store.ts";

/**
 * The nodes that a run of the plan would run as far as can be told now: those whose values are kept, and those that nobody
 * needs, are not among them. Runs nothing; of the store only heads are read, but for values that decide what is needed.
 */
export async function workAhead(
  plan: Plan<never>,
  store: Pick<DiskStore, "digest" | "observed">,
  fresh: boolean,
): Promise<ReadonlySet<string>> {
  const kept: Pick<Cache, "has" | "get"> = {
    has: async (key) => !fresh && (await store.digest(key)) !== undefined,
    get: store.observed.get,
  };
  const nodes = await explainPlan(plan, kept, new Map());
  return new Set(nodes.flatMap(({ node, state }) => (state === "cached" || state === "not needed" ? [] : [node])));
}
