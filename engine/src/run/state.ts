import type { NodeDefinition } from "../catalogue/node.ts";
import { append } from "../document/append.ts";
import type { PlanNode } from "../plan/plan.ts";
import type { EntryValues } from "../values/entry.ts";
import type { ItemCheckpoint } from "./checkpoint.ts";

/** A node while it runs. */
export type NodeState<S> = {
  readonly plan: PlanNode<S>;
  /** Links on the longest way to an output of the run: what is nearer goes first. */
  height: number;
  /** The node behind each link out of this node, without those that nobody is known to need. */
  users: NodeState<S>[] | undefined;
  /** The same for the links that wait for the lengths of lists that this node emits. */
  listUsers: NodeState<S>[] | undefined;
  /** Some output of the run needs its items, as far as is known. Else it is left alone. */
  demanded: boolean;
  /** Needed links whose list of items is not known yet. At 0 the node is expanded into its items. */
  pending: number;
  /** Links out of this node whose user is demanded and not expanded yet: they may still ask for values. */
  unexpanded: number;
  /**
   * By link, item by item: the values that have to be known before the node's items are, since they decide what these need.
   * A value that will never be there is undefined. Absent until all are known.
   */
  selected: ReadonlyMap<number, readonly unknown[]> | undefined;
  expanded: boolean;
  /** One for each item; two items of equal fingerprint share one. */
  entries: readonly Entry<S>[];
  /** For a node that only moves values: by output, where they lie. */
  moved: { readonly [port: string]: readonly Ref<S>[] } | undefined;
  /** For a sink: what is linked to it, port by port. */
  sinkRefs: readonly { readonly port: string; readonly refs: readonly Ref<S>[] }[];
  readonly emitsLists: boolean;
  listsSettled: boolean;
  /** The failed node because of which the items, or just the emitted lists, will never be known. */
  lost: string | undefined;
  listsLost: string | undefined;
  executed: boolean;
  cached: boolean;
};

/** What is computed and kept under one fingerprint, for the item that it is made from first. */
export type Entry<S> = {
  readonly key: string;
  readonly node: NodeState<S>;
  readonly item: number;
  /** By link of the node, in its order. */
  readonly inputs: readonly (readonly Ref<S>[])[];
  /** Other items that have this fingerprint. */
  twins: At<S>[] | undefined;
  /** Items of sinks that wait for it. */
  watchers: At<S>[] | undefined;
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
  users: Entry<S>[] | undefined;
  /** Entries that have to be computed from this one's values and are not yet. */
  uses: number;
  /** In memory only while somebody may need them. */
  values: EntryValues | undefined;
  lengths: { readonly [port: string]: number } | undefined;
  /** To be called once when the values are seen, or with the failed node when they never will be. */
  readers: Reader[] | undefined;
  loading: Promise<void> | undefined;
  saving: Promise<void> | undefined;
  /** From when it runs until its result is kept. */
  checkpoint: ItemCheckpoint | undefined;
  /** Why the cache did not take it. */
  unsaved: string | undefined;
  /** When lost: the failed node. */
  because: string | undefined;
};

export type Reader = (values: EntryValues | undefined, because?: string) => void;
export type Ref<S> = { readonly entry: Entry<S>; readonly port: string; readonly index: number };
export type At<S> = { readonly node: NodeState<S>; readonly item: number };

export function available({ state }: Entry<never>): boolean {
  return state === "cached" || state === "done";
}

/** True when the output has a list whose length only a run of the node tells. */
export function emitsList(definition: NodeDefinition<never>, port: string): boolean {
  return definition.outputs[port]!.list && !definition.moves;
}

function emitsLists({ definition }: PlanNode<never>): boolean {
  for (const port in definition.outputs) if (emitsList(definition, port)) return true;
  return false;
}

/** The links whose values decide what the node's items need; for one that only moves values, all its parameters. */
export function selectingLinks({ links, definition }: PlanNode<never>): readonly number[] {
  if (definition.moves) return links.flatMap(({ param }, i) => (param ? [i] : []));
  if (!links.some(({ when }) => when)) return none;
  return [...new Set(links.flatMap(({ when }) => (when ? [when.link] : [])))];
}

/** All items that have the entry's fingerprint. */
export function itemsOf<S>(entry: Entry<S>): readonly At<S>[] {
  return entry.twins ? [entry, ...entry.twins] : [entry];
}

/** Shared by the many nodes that need all their links. */
const noneSelected: ReadonlyMap<number, readonly unknown[]> = new Map();
const none: readonly [] = Object.freeze([]);

/** The nodes of a plan before anything has happened. */
export function initialStates<S>(plan: readonly PlanNode<S>[]): NodeState<S>[] {
  const nodes = plan.map(
    (node): NodeState<S> => ({
      plan: node,
      height: 0,
      users: undefined,
      listUsers: undefined,
      demanded: node.wanted,
      pending: 0,
      unexpanded: 0,
      selected: selectingLinks(node).length === 0 ? noneSelected : undefined,
      expanded: false,
      entries: none,
      moved: undefined,
      sinkRefs: none,
      emitsLists: emitsLists(node),
      listsSettled: false,
      lost: undefined,
      listsLost: undefined,
      executed: false,
      cached: false,
    }),
  );
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    for (const { source, sourcePort, when } of node.plan.links) {
      const from = nodes[source]!;
      from.height = Math.max(from.height, node.height + 1);
      if (when) continue;
      awaitLink(node, from, sourcePort);
      if (!node.demanded) continue;
      from.demanded = true;
      from.unexpanded++;
    }
  }
  return nodes;
}

/** The node waits for the items that come from an output of `from`. */
export function awaitLink<S>(node: NodeState<S>, from: NodeState<S>, port: string): void {
  node.pending++;
  if (emitsList(from.plan.definition, port)) from.listUsers = append(from.listUsers, node);
  else from.users = append(from.users, node);
}

export function newEntry<S>(key: string, node: NodeState<S>, item: number, inputs: Entry<S>["inputs"]): Entry<S> {
  return {
    key,
    node,
    item,
    inputs,
    twins: undefined,
    watchers: undefined,
    state: "idle",
    distrusted: false,
    sources: none,
    waiting: 0,
    users: undefined,
    uses: 0,
    values: undefined,
    lengths: undefined,
    readers: undefined,
    loading: undefined,
    saving: undefined,
    checkpoint: undefined,
    unsaved: undefined,
    because: undefined,
  };
}
