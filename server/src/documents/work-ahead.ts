import { hash } from "node:crypto";
import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  type Explanation,
  expandPlan,
  explainPlan,
  nodesAhead,
  paramOf,
  planNodes,
} from "@clipwork/engine";
import type { ValueStore } from "../values/value-store.ts";
import type { WorkAhead } from "../worker/worker-protocol.ts";
import { expectedItems } from "./expected-items.ts";

/** Kinds of work whose durations are remembered. */
export const maxKinds = 2000;

/** What a run would do with each node that computes something. */
export type NodeOutlooks = ReadonlyMap<string, Explanation["state"]>;

const none: ReadonlyMap<string, number> = new Map();

type Store = Pick<ValueStore, "holds" | "observed">;

/**
 * What a run of the plan would do as far as can be told now, all of it anew if it is `fresh`. Runs nothing, and reads only the
 * values that decide what is needed.
 */
export async function lookAhead(plan: AnyPlan, store: Store, fresh: boolean): Promise<NodeOutlooks> {
  const kept = keptIn(store, fresh);
  const nodes = await explainPlan(await expandPlan(plan, kept), kept, new Map());
  return new Map(nodes.map(({ node, state }) => [node, state]));
}

/** The work that a run of the plan is expected to do, by the same measure. Asks the store only for what the outputs need. */
export async function workAhead(plan: AnyPlan, store: Store, fresh: boolean): Promise<WorkAhead> {
  const kept = keptIn(store, fresh);
  const ahead = await nodesAhead(await expandPlan(plan, kept), kept);
  if (ahead.size === 0) return new Map();
  const kindOf = workKinds(plan);
  const expected = [...ahead.values()].some(({ open }) => open !== undefined) ? expectedItems(plan) : none;
  const work = new Map<string, { readonly kind: string; readonly items: number }>();
  for (const [node, { items, open }] of ahead) {
    const kind = kindOf(node);
    if (kind !== undefined) work.set(node, { kind, items: open === undefined ? items : expected.get(node)! });
  }
  return work;
}

function keptIn(store: Store, fresh: boolean): Pick<Cache, "has" | "get"> {
  return { has: async (key) => !fresh && store.holds(key), get: store.observed.get };
}

/** Finds the kind of work that a node is; undefined if it computes nothing. */
export function workKinds(plan: AnyPlan): (node: string) => string | undefined {
  const digests = new Map<string, string>();
  return (id) => {
    const node = planNodes(plan).get(id);
    if (!node?.definition.run || node.definition.moves) return undefined;
    const text = describeWork(node);
    const digest = digests.get(text) ?? hash("sha256", text).slice(0, 32);
    digests.set(text, digest);
    return digest;
  };
}

/**
 * What kind of work a node is: its type and whatever decides its length, but not its seed, text or file. Without a model it takes little whatever
 * it is told, and a number that was never tried leaves no forecast without an answer.
 */
function describeWork({ definition, params }: AnyPlanNode): string {
  const kinds = Object.keys(params).map((name) => [name, paramOf(definition, name).kind] as const);
  const hasModel = kinds.some(([, kind]) => kind === "pack");
  const deciding = kinds.filter(([, kind]) => hasModel && kind !== "seed" && kind !== "text" && kind !== "file");
  return JSON.stringify([definition.type, definition.version, deciding.map(([name]) => [name, params[name]])]);
}
