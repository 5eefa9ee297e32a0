import type { ForecastReply } from "@clipwork/server/wire";
import { sizeText } from "./size-text.ts";
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
  /** Bytes that it would write on the server's disk, and those that are free there; absent if unknown. */
  readonly disk?: ForecastReply["disk"];
};

/** What a run writes is said from so many bytes on, or if it is this part of what is free. */
const muchBytes = 100 * 2 ** 20;
const muchOfDisk = 1 / 2;

/** Counts a forecast. */
export function readForecast({ nodes, ms, disk }: Pick<ForecastReply, "nodes" | "ms" | "disk">): Outlook {
  const toRun = nodes.filter(({ state }) => state === "would run" || state === "unknown").length;
  const all = nodes.filter(({ state }) => state !== "not needed").length;
  const states = Object.fromEntries(nodes.map(({ node, state }) => [node, state]));
  return { nodes: states, toRun, all, ...(ms !== undefined && { ms }), ...(disk && { disk }) };
}

/** A node's mark: "ahead" if the run would compute it, else "kept"; none if it would compute all nodes, or no node. */
export function markOf(now: Outlook | undefined, node: string): "ahead" | "kept" | undefined {
  if (!now || now.toRun === 0 || now.toRun === now.all || !Object.hasOwn(now.nodes, node)) return undefined;
  const state = now.nodes[node];
  return state === "would run" || state === "unknown" ? "ahead" : state === "cached" ? "kept" : undefined;
}

/** "2 of 6 nodes, about 1.4 s, 1.2 GB". */
export function describeOutlook({ toRun, all, ms, disk }: Outlook): string {
  if (toRun === 0) return "everything is kept";
  const nodes = toRun === all ? (all === 1 ? "1 node" : `${all} nodes`) : `${toRun} of ${all} nodes`;
  const much = disk && (disk.bytes >= muchBytes || diskTrouble({ disk }) !== undefined);
  return [nodes, ...(ms === undefined ? [] : [`about ${seconds(ms)}`]), ...(much ? [sizeText(disk.bytes)] : [])].join(
    ", ",
  );
}

/** What is to be warned of before a run: that it would write much of what is free on the disk, or more. */
export function diskTrouble({ disk }: Pick<Outlook, "disk">): string | undefined {
  if (!disk || disk.bytes <= muchOfDisk * disk.free) return undefined;
  const sizes = `It would write about ${sizeText(disk.bytes)}, and ${sizeText(disk.free)} are free on the server's disk`;
  return disk.bytes > disk.free ? `${sizes}: it is refused until there is room` : sizes;
}
