import { outputOf } from "../catalogue/declared.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { append } from "../document/append.ts";
import { itemAt } from "../document/lookup.ts";
import type { AnyPlanNode } from "../plan/plan.ts";
import type { EntryValues } from "../values/entry.ts";

/** A node while a plan is expanded. `E` is what the caller keeps for an entry. */
export type NodeState<E> = {
  readonly plan: AnyPlanNode;
  /** Its position in the plan. */
  readonly place: number;
  /** Links on the longest way to an output of the run; nodes nearer to an output go first. */
  height: number;
  /** The node behind each link out of this node, without nodes that nothing is known to need. */
  users: NodeState<E>[] | undefined;
  /** The same for links that wait for the lengths of lists that this node emits. */
  listUsers: NodeState<E>[] | undefined;
  /** Whether some output of the run is known to need its items. Otherwise the node is left alone. */
  demanded: boolean;
  /** Needed links whose list of items is not known yet. At 0 the node is expanded into its items. */
  pending: number;
  /** Links out of this node whose user is demanded and not expanded yet: they may still ask for values. */
  unexpanded: number;
  /**
   * By link, item by item: the values that have to be known before the node's items are, since they decide what those need.
   * A value that will never exist is undefined. Absent until all are known.
   */
  selected: ReadonlyMap<number, readonly unknown[]> | undefined;
  expanded: boolean;
  /** One for each item; two items of equal fingerprint share one. */
  entries: readonly E[];
  /** For a node that only moves values: by output, where they are. */
  moved: Moved<E> | undefined;
  /** For a sink: what is linked to it, port by port. */
  sinkRefs: readonly { readonly port: string; readonly refs: readonly Ref<E>[] }[];
  readonly emitsLists: boolean;
  listsSettled: boolean;
  /**
   * The node because of which the items, or only the emitted lists, will not be known: it failed, or nobody knows its
   * values.
   */
  lost: string | undefined;
  listsLost: string | undefined;
};

/** What is computed and kept under one fingerprint, for the first item that it is made for. */
export interface Entry<E> {
  readonly key: string;
  readonly node: NodeState<E>;
  readonly item: number;
  /** By link of the node, in its order. */
  readonly inputs: readonly (readonly Ref<E>[])[];
  /** By output that emits a list: the length of this entry's list, once its values have been seen. */
  lengths: { readonly [port: string]: number } | undefined;
  /** To be called once, with the answer to "what values does it hold?". */
  readers: Reader[] | undefined;
  /** The failed node because of which it will never exist. */
  lost: string | undefined;
}

/** An entry's values; or the failed node because of which there will be none; with neither, nobody can say. */
export type Answer = { readonly values?: EntryValues; readonly lost?: string };

export type Reader = (answer: Answer) => void;
export type Ref<E> = { readonly entry: E; readonly port: string; readonly index: number };
/** By output: where its items are. */
export type Moved<E> = { readonly [port: string]: readonly Ref<E>[] };
export type At<E> = { readonly node: NodeState<E>; readonly item: number };

/** Whether the output has a list whose length only a run of the node reveals. */
export function emitsList(definition: AnyNodeDefinition, port: string): boolean {
  return outputOf(definition, port).list && !definition.moves;
}

function emitsLists({ definition }: AnyPlanNode): boolean {
  for (const port in definition.outputs) if (emitsList(definition, port)) return true;
  return false;
}

/** The links whose values decide what the node's items need; for a node that only moves values, all its parameters. */
export function selectingLinks({ links, definition }: AnyPlanNode): readonly number[] {
  if (definition.moves) return links.flatMap(({ param }, i) => (param ? [i] : []));
  if (!links.some(({ when }) => when)) return none;
  return [...new Set(links.flatMap(({ when }) => (when ? [when.link] : [])))];
}

/** Shared by the many nodes that need all their links. */
const noneSelected: ReadonlyMap<number, readonly unknown[]> = new Map();
const none: readonly [] = [];

/**
 * The nodes of a plan before anything is known: all of them demanded if `all` is true, else those that outputs certainly
 * need.
 */
export function initialStates<E>(plan: readonly AnyPlanNode[], all: boolean): NodeState<E>[] {
  const nodes = plan.map(
    (node, place): NodeState<E> => ({
      plan: node,
      place,
      height: 0,
      users: undefined,
      listUsers: undefined,
      demanded: all || node.wanted,
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
    }),
  );
  for (const node of nodes.toReversed()) {
    for (const { source, sourcePort, when } of node.plan.links) {
      const from = itemAt(nodes, source);
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
export function awaitLink<E>(node: NodeState<E>, from: NodeState<E>, port: string): void {
  node.pending++;
  if (emitsList(from.plan.definition, port)) from.listUsers = append(from.listUsers, node);
  else from.users = append(from.users, node);
}
