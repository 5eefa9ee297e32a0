import { NodeError } from "../catalogue/node-error.ts";
import { type Entry, emitsList, type NodeState, type Ref } from "./state.ts";

/** Lists that multiply behind each other would fill any memory: what goes beyond these fails instead. */
export const maxListItems = 100_000;
export const maxRunItems = 1_000_000;

/** Counts what a run holds: the items of its nodes, and what comes into each node by its links. */
export class ItemCount {
  #held = 0;

  /** Throws a NodeError when there is no room for so many more. */
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
 * The items of one output, in order. Its lists' lengths have to be known if it emits lists. Throws a NodeError when there are
 * too many.
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

/** What comes in by one link of a node. For a link that no item needs, or whose items are lost, there is nothing. */
export type Incoming<E> = readonly Ref<E>[];

type Selecting = Pick<NodeState<unknown>, "plan" | "selected">;

/** True when an item needs what comes in by a link. */
export function needsLink({ plan, selected }: Selecting, link: number, item: number): boolean {
  const { when } = plan.links[link]!;
  if (!when) return true;
  const values = selected!.get(when.link)!;
  return values[values.length === 1 ? 0 : item] === when.is;
}

/** True when some item needs what comes in by a link. */
export function needsLinkAtAll({ plan, selected }: Selecting, link: number): boolean {
  const { when } = plan.links[link]!;
  return !when || selected!.get(when.link)!.includes(when.is);
}

/** What comes in by one link of a node, for all its items: nothing where no item needs it. */
export function incoming<E extends Entry<E>>(
  nodes: readonly NodeState<E>[],
  node: NodeState<E>,
  link: number,
): Incoming<E> {
  const { source, sourcePort } = node.plan.links[link]!;
  return needsLinkAtAll(node, link) ? outputRefs(nodes[source]!, sourcePort) : [];
}

/**
 * The inputs of a node's items, item by item and link by link: lists are zipped, a list of one goes with every item, an input
 * that takes the whole list makes no items, and what an item does not need stays away. `lists[i]` belongs to link i. Throws a
 * NodeError when two lists differ in length.
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
