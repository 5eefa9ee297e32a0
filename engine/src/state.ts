import type { ItemCheckpoint } from "./checkpoint.ts";
import type { EntryValues } from "./entry.ts";
import type { PlanNode } from "./plan.ts";

/** A node while it runs. */
export type NodeState<S> = {
  readonly plan: PlanNode<S>;
  /** Links on the longest way to an output of the run: what is nearer goes first. */
  height: number;
  /** One for each link out of this node. */
  readonly users: { readonly node: NodeState<S>; readonly list: boolean }[];
  /** Links whose list of items is not known yet. At 0 the node is expanded into its items. */
  pending: number;
  /** Links out of this node whose user is not expanded yet: they may still ask for values. */
  unexpanded: number;
  expanded: boolean;
  /** One for each item; two items of equal fingerprint share one. */
  entries: Entry<S>[];
  /** For a sink: what is linked to it, port by port. */
  readonly sinkRefs: { readonly port: string; readonly refs: readonly Ref<S>[] }[];
  /** Entries whose list lengths are not known yet, for a node that emits lists. */
  listsPending: number;
  readonly emitsLists: boolean;
  listsSettled: boolean;
  /** The failed node because of which the items, or just the emitted lists, will never be known. */
  lost?: string;
  listsLost?: string;
  executed: boolean;
  cached: boolean;
};

/** What is computed and kept under one fingerprint. */
export type Entry<S> = {
  readonly key: string;
  readonly node: NodeState<S>;
  readonly item: number;
  /** By link of the node, in its order. */
  readonly inputs: readonly (readonly Ref<S>[])[];
  /** All items that have this fingerprint; the first computes it. */
  readonly items: At<S>[];
  /** Items of sinks that wait for it. */
  readonly watchers: At<S>[];
  /**
   * idle: nobody has asked for it. looking: the cache is being asked. cached: it is there. waiting: for inputs.
   * ready: to be run as soon as there is room. running. done: computed in this run. lost: failed or skipped.
   */
  state: "idle" | "looking" | "cached" | "waiting" | "ready" | "running" | "done" | "lost";
  /** The cache failed to give what it had promised, so it is not asked again. */
  distrusted: boolean;
  /** Distinct entries among the inputs, from when this entry has to be computed. */
  sources: readonly Entry<S>[];
  /** Sources that are not available yet. */
  waiting: number;
  /** Entries that wait for this one. */
  readonly users: Entry<S>[];
  /** Entries that have to be computed from this one's values and are not yet. */
  uses: number;
  /** In memory only while somebody may need them. */
  values?: EntryValues | undefined;
  lengths?: { readonly [port: string]: number };
  /** Nodes that have to know how long the emitted lists are. */
  readonly listWaiters: NodeState<S>[];
  loading?: Promise<void> | undefined;
  saving?: Promise<void> | undefined;
  /** From when it runs until its result is kept. */
  checkpoint?: ItemCheckpoint | undefined;
  /** Why the cache did not take it. */
  unsaved?: string;
  /** When lost: the failed node. */
  because?: string;
};

export type Ref<S> = { readonly entry: Entry<S>; readonly port: string; readonly index: number };
export type At<S> = { readonly node: NodeState<S>; readonly item: number };

export function available({ state }: Entry<never>): boolean {
  return state === "cached" || state === "done";
}

export function emitsList<S>({ plan }: NodeState<S>, port: string): boolean {
  return plan.definition.outputs[port]!.list;
}

/** The nodes of a plan before anything has happened. */
export function initialStates<S>(plan: readonly PlanNode<S>[]): NodeState<S>[] {
  const nodes = plan.map(
    (node): NodeState<S> => ({
      plan: node,
      height: 0,
      users: [],
      pending: node.links.length,
      unexpanded: 0,
      expanded: false,
      entries: [],
      sinkRefs: [],
      listsPending: 0,
      emitsLists: Object.values(node.definition.outputs).some(({ list }) => list),
      listsSettled: false,
      executed: false,
      cached: false,
    }),
  );
  for (const node of nodes.toReversed()) {
    for (const { source, sourcePort } of node.plan.links) {
      const from = nodes[source]!;
      from.height = Math.max(from.height, node.height + 1);
      from.users.push({ node, list: from.plan.definition.outputs[sourcePort]!.list });
      from.unexpanded++;
    }
  }
  return nodes;
}

export function newEntry<S>(key: string, node: NodeState<S>, item: number, inputs: Entry<S>["inputs"]): Entry<S> {
  return {
    key,
    node,
    item,
    inputs,
    items: [{ node, item }],
    watchers: [],
    state: "idle",
    distrusted: false,
    sources: [],
    waiting: 0,
    users: [],
    uses: 0,
    listWaiters: [],
  };
}
