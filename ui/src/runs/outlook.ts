import type { ForecastReply } from "@clipwork/server/wire";
import { seconds } from "./words.ts";

/** What the next run would do with a node. */
export type NodeOutlook = ForecastReply["nodes"][number]["state"];

/** What a run would do if it began now, according to the server's forecast. */
export type Outlook = {
  readonly nodes: { readonly [node: string]: NodeOutlook };
  /** How many nodes it would run, or may have to. */
  readonly toRun: number;
  /** How many nodes' values it needs. */
  readonly all: number;
  /** Milliseconds it would take; absent if unknown. */
  readonly ms?: number;
};

/** Counts a forecast. */
export function readForecast({ nodes, ms }: Pick<ForecastReply, "nodes" | "ms">): Outlook {
  const toRun = nodes.filter(({ state }) => state === "would run" || state === "unknown").length;
  const all = nodes.filter(({ state }) => state !== "not needed").length;
  const states = Object.fromEntries(nodes.map(({ node, state }) => [node, state]));
  return { nodes: states, toRun, all, ...(ms === undefined ? {} : { ms }) };
}

/** A node's mark: "ahead" if the run would compute it, else "kept"; none if it would compute all nodes, or no node. */
export function markOf(now: Outlook | undefined, node: string): "ahead" | "kept" | undefined {
  if (!now || now.toRun === 0 || now.toRun === now.all || !Object.hasOwn(now.nodes, node)) return undefined;
  const state = now.nodes[node];
  return state === "would run" || state === "unknown" ? "ahead" : state === "cached" ? "kept" : undefined;
}

/** "2 of 6 nodes, about 1.4 s". */
export function describeOutlook({ toRun, all, ms }: Outlook): string {
  if (toRun === 0) return "everything is kept";
  const nodes = toRun === all ? (all === 1 ? "1 node" : `${all} nodes`) : `${toRun} of ${all} nodes`;
  return ms === undefined ? nodes : `${nodes}, about ${seconds(ms)}`;
}
