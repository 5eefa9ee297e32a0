import type { RunEvent } from "./event.ts";
import { type NodeView, newNode, nodeAfter, nodeProgress, nodeStopped } from "./node-view.ts";
import { PersistentList } from "./persistent-list.ts";
import { PersistentMap } from "./persistent-map.ts";
import { endOf, type RunState } from "./run-state.ts";

/**
 * What the events of a run say, up to one of them. Immutable: `reduce` makes the next view, which shares everything the
 * event does not concern, so that an event costs the same whatever the size of the run.
 */
export type RunView = {
  readonly run: string;
  readonly state: RunState;
  /** The number of the newest event that is in the view. */
  readonly seq: number;
  /** How many nodes the run considers, once it has started. */
  readonly size?: number;
  /** When it started and how long it took, in milliseconds. */
  readonly started?: number;
  readonly ms?: number;
  /**
   * Nodes with at least one item run to its end, and nodes with at least one item taken from the cache and none run: so far,
   * or at the end.
   */
  readonly executed: number;
  readonly cached: number;
  /** Nodes with some known item and none running. */
  readonly settled: number;
  /** By id, in the order in which the run reached them. */
  readonly nodes: PersistentMap<NodeView>;
  /** The running items, in the order in which they began. There are never more than the run's `concurrency`. */
  readonly running: readonly Spot[];
  /** Notices about the run as a whole. */
  readonly notices: PersistentList<string>;
};

export type Spot = { readonly node: string; readonly item: number };

/** An event of a run, or what a host logs between them. */
type AnyEvent = Pick<RunEvent, "run" | "seq" | "time"> & { readonly event: string };

/** A run of which only the name is known. `seq`: the number of the event before the first one to come. */
export function emptyRun(run: string, seq = 0): RunView {
  return { run, state: "queued", seq, ...nothingDone(), notices: PersistentList.empty };
}

function nothingDone() {
  return { executed: 0, cached: 0, settled: 0, nodes: PersistentMap.empty<NodeView>(), running: [] };
}

/**
 * The view after one more event. An event that is already in the view changes nothing. An event that leaves a gap is not
 * taken: the caller sees from `seq` that it has to ask for what is missing. Fields that a caller has added to the view stay
 * as they are.
 */
export function reduce<V extends RunView>(view: V, event: AnyEvent): V {
  if (event.run !== view.run || event.seq !== view.seq + 1) return view;
  return { ...view, ...changes(view, event as RunEvent), seq: event.seq };
}

function changes(view: RunView, event: RunEvent): Partial<RunView> {
  switch (event.event) {
    case "run.queued":
      return { state: "queued" };
    case "run.started":
      // After a crash a run starts over, and reports it in a notice, which is kept.
      return { ...nothingDone(), state: "running", size: event.nodes, started: event.time };
    case "run.finished":
    case "run.failed":
    case "run.cancelled": {
      const { executed, cached, ms } = event;
      return { state: endOf(event), executed, cached, ms, ...stopped(view) };
    }
    case "notice": {
      const { node: id, message } = event;
      if (id === undefined) return { notices: view.notices.push(message) };
      const node = view.nodes.get(id) ?? newNode;
      return { nodes: view.nodes.with(id, { ...node, notices: node.notices.push(message) }) };
    }
    case "node.started":
    case "node.progress":
    case "node.cached":
    case "node.finished":
    case "node.failed":
    case "node.skipped": {
      const before = view.nodes.get(event.node) ?? newNode;
      const after = nodeAfter(before, event);
      const more = (is: (node: NodeView) => boolean) => Number(is(after)) - Number(is(before));
      return {
        nodes: view.nodes.with(event.node, after),
        executed: view.executed + more(isExecuted),
        cached: view.cached + more(isCached),
        settled: view.settled + more(isSettled),
        running: runningAfter(view.running, event, after),
      };
    }
    default:
      // What a host logs between the engine's events does not affect the run's state.
      return {};
  }
}

/** What was running when the run came to its end runs no more. */
function stopped(view: RunView): Pick<RunView, "nodes" | "running" | "settled"> {
  let { nodes, settled } = view;
  for (const { node: id, item } of view.running) {
    const node = nodes.get(id);
    if (!node) continue;
    const after = nodeStopped(node, item);
    nodes = nodes.with(id, after);
    settled += Number(isSettled(after)) - Number(isSettled(node));
  }
  return { nodes, settled, running: [] };
}

function runningAfter(running: readonly Spot[], { node, item }: Spot, after: NodeView): readonly Spot[] {
  const known = running.some((spot) => spot.node === node && spot.item === item);
  if (after.items.at(item)?.state === "running") return known ? running : [...running, { node, item }];
  return known ? running.filter((spot) => spot.node !== node || spot.item !== item) : running;
}

function isExecuted({ ran }: NodeView): boolean {
  return ran;
}

function isCached({ ran, count }: NodeView): boolean {
  return !ran && count.cached > 0;
}

function isSettled({ items, count }: NodeView): boolean {
  return items.size > 0 && count.running === 0;
}

/** The share of the run that is done, from 0 to 1: settled nodes, plus the steps of nodes that count them. */
export function runProgress({ nodes, size, state, settled, running }: RunView): number {
  if (state === "finished") return 1;
  if (!size) return 0;
  let done = settled;
  for (const id of new Set(running.map(({ node }) => node))) {
    const progress = nodeProgress(nodes.get(id));
    if (progress) done += progress.done / progress.all;
  }
  return Math.min(1, done / size);
}
