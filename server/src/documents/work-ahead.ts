import { hash } from "node:crypto";
import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  type Explanation,
  expandPlan,
  explainPlan,
  paramOf,
} from "@clipwork/engine";
import type { ValueStore } from "../values/value-store.ts";
import type { RunOutlook } from "../worker/worker-protocol.ts";

/** Kinds of work whose durations are remembered. */
export const maxKinds = 2000;

/** What a run would do with each node that computes something. */
export type NodeOutlooks = ReadonlyMap<string, Explanation["state"]>;

/**
 * What a run of the plan would do as far as can be told now, all of it anew if it is `fresh`. Runs nothing, and reads only the
 * values that decide what is needed.
 */
export async function lookAhead(
  plan: AnyPlan,
  store: Pick<ValueStore, "holds" | "observed">,
  fresh: boolean,
): Promise<NodeOutlooks> {
  const kept: Pick<Cache, "has" | "get"> = {
    has: async (key) => !fresh && store.holds(key),
    get: store.observed.get,
  };
  const nodes = await explainPlan(await expandPlan(plan, kept), kept, new Map());
  return new Map(nodes.map(({ node, state }) => [node, state]));
}

/** The kinds of work in a plan, and the nodes that its run is expected to run. */
export function runOutlook(plan: AnyPlan, outlooks: NodeOutlooks): RunOutlook {
  const running = plan.nodes.filter(({ definition }) => definition.run && !definition.moves);
  const ahead = [...outlooks].flatMap(([node, state]) => (state === "cached" || state === "not needed" ? [] : node));
  return { kinds: new Map(running.map((node) => [node.id, kindOf(node)])), ahead: new Set(ahead) };
}

/** What kind of work a node is: its type and whatever decides its length, but not its seed, text or file. */
function kindOf({ definition, params }: AnyPlanNode): string {
  const deciding = Object.entries(params).filter(([name]) => {
    const { kind } = paramOf(definition, name);
    return kind !== "seed" && kind !== "text" && kind !== "file";
  });
  const text = JSON.stringify([definition.type, definition.version, deciding]);
  return hash("sha256", text).slice(0, 32);
}
