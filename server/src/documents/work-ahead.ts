import { type AnyPlan, type Cache, type Explanation, expandPlan, explainPlan } from "@clipwork/engine";
import type { DiskStore } from "../values/disk-store.ts";

/** What a run would do with each node that computes something. */
export type NodeOutlooks = ReadonlyMap<string, Explanation["state"]>;

/**
 * What a run of the plan would do as far as can be told now, all of it anew where it is `fresh`. Runs nothing; of the store only
 * heads are read, but for values that decide what is needed.
 */
export async function lookAhead(
  plan: AnyPlan,
  store: Pick<DiskStore, "digest" | "observed">,
  fresh: boolean,
): Promise<NodeOutlooks> {
  const kept: Pick<Cache, "has" | "get"> = {
    has: async (key) => !fresh && (await store.digest(key)) !== undefined,
    get: store.observed.get,
  };
  const nodes = await explainPlan(await expandPlan(plan, kept), kept, new Map());
  return new Map(nodes.map(({ node, state }) => [node, state]));
}

/** The nodes that the run is expected to run. */
export function toRun(outlooks: NodeOutlooks): ReadonlySet<string> {
  return new Set([...outlooks].flatMap(([node, state]) => (state === "cached" || state === "not needed" ? [] : node)));
}
