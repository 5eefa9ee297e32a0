import { NodeError } from "../catalogue/node-error.ts";
import { type Entry, emitsList, type NodeState, type Ref } from "./state.ts";

/** Lists that multiply one after another could fill any memory; anything beyond these limits fails instead. */
export const maxListItems = 100_000;
export const maxRunItems = 1_000_000;

/** Counts what a run holds: the items of its nodes, and the items that each node receives over its links. */
export class ItemCount {
  #held = 0;

  /** Throws a NodeError if there is no room for that many more. */
  add(more: number): void {
    if (this.#held + more > maxRunItems)
      throw new NodeError(
        `With this node the run would have ${this.#held + more} items; it has at most ${maxRunItems}.`,
        "Give shorter lists, or split the workflow.",
      );
    this.#held += more;
  }
}

/**
 * The items of one output, in order. If the node emits lists, their lengths have to be known. Throws a NodeError if there
 * are too many.
 */
export function outputRefs<E extends Entry<E>>(node: NodeState<E>, port: string): readonly Ref<E>[] {
  const length = listLength(node, port);
  if (length > maxListItems)
    throw new NodeError(
      `"${node.plan.id}.${port}" would be a list of ${length} items; a list has at most ${maxListItems}.`,
      "Give shorter lists.",
    );
  if (node.moved) return node.moved[port]!;
  if (!emitsList(node.plan.definition, port)) return node.entries.map((entry) => ({ entry, port, index: 0 }));
  return node.entries.flatMap((entry) =>
    Array.from({ length: entry.lengths![port]! }, (_, index): Ref<E> => ({ entry, port, index })),
  );
}

function listLength<E extends Entry<E>>(node: NodeState<E>, port: string): number {
  if (node.moved) return node.moved[port]!.length;
  if (!emitsList(node.plan.definition, port)) return node.entries.length;
  return node.entries.reduce((sum, { lengths }) => sum + lengths![port]!, 0);
}

/** What one link brings to a node: nothing if no item needs the link, or if its items are lost. */
export type Incoming<E> = readonly Ref<E>[];

type Selecting = Pick<NodeState<unknown>, "plan" | "selected">;

/** Whether an item needs what a link brings. */
export function needsLink({ plan, selected }: Selecting, link: number, item: number): boolean {
  const { when } = plan.links[link]!;
  if (!when) return true;
  const values = selected!.get(when.link)!;
  return values[values.length === 1 ? 0 : item] === when.is;
}

/** Whether some item needs what a link brings. */
export function needsLinkAtAll({ plan, selected }: Selecting, link: number): boolean {
  const { when } = plan.links[link]!;
  return !when || selected!.get(when.link)!.includes(when.is);
}

/** What one link brings to all items of a node: nothing if no item needs it. */
export function incoming<E extends Entry<E>>(
  nodes: readonly NodeState<E>[],
  node: NodeState<E>,
  link: number,
): Incoming<E> {
  const { source, sourcePort } = node.plan.links[link]!;
  return needsLinkAtAll(node, link) ? outputRefs(nodes[source]!, sourcePort) : [];
}

/**
 * The inputs of a node's items, item by item and link by link: lists are zipped, a list of one goes with every item, an
 * input that takes the whole list makes no items, and inputs an item does not need are left out. `lists[i]` belongs to link
 * i. Throws a NodeError if two lists differ in length.
 */
export function zipItems<E>(node: NodeState<E>, lists: readonly Incoming<E>[]): readonly (readonly Incoming<E>[])[] {
  const { links } = node.plan;
  let count = 1;
  let longest = "";
  links.forEach(({ port, list }, i) => {
    const { length } = lists[i]!;
    if (list || length <= 1) return;
    if (count !== 1 && length !== count)
      throw new NodeError(
        `Its inputs have lists of different lengths: "${longest}" has ${count} items, "${port}" has ${length}.`,
        "Give both the same number of items, or one of them a single item.",
      );
    count = length;
    longest = port;
  });
  if (count === 1) return [lists];
  return Array.from({ length: count }, (_, item) =>
    links.map(({ list }, i) => {
      const refs = lists[i]!;
      if (list || refs.length === 0) return needsLink(node, i, item) ? refs : [];
      return needsLink(node, i, item) ? [refs.length === 1 ? refs[0]! : refs[item]!] : [];
    }),
  );
}

/** The distinct entries that an entry is computed from. */
export function sourcesOf<E>({ inputs }: Pick<Entry<E>, "inputs">): readonly E[] {
  if (inputs.length === 1 && inputs[0]!.length === 1) return [inputs[0]![0]!.entry];
  return [...new Set(inputs.flatMap((refs) => refs.map(({ entry }) => entry)))];
}
