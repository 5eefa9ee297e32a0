import { NodeError } from "../catalogue/node-error.ts";
import { itemAt, valueUnder } from "../document/lookup.ts";
import { lengthsInWords, outputInWords } from "./lengths-in-words.ts";
import { type Entry, emitsList, type Moved, type NodeState, type Ref } from "./state.ts";

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
      `${outputInWords(node.plan, port)} would be a list of ${length} items; a list has at most ${maxListItems}.`,
      "Give shorter lists.",
    );
  if (node.moved) return movedTo(node.moved, port);
  if (!emitsList(node.plan.definition, port)) return node.entries.map((entry) => ({ entry, port, index: 0 }));
  return node.entries.flatMap((entry) =>
    Array.from({ length: emittedLength(entry, port) }, (_, index): Ref<E> => ({ entry, port, index })),
  );
}

function listLength<E extends Entry<E>>(node: NodeState<E>, port: string): number {
  if (node.moved) return movedTo(node.moved, port).length;
  if (!emitsList(node.plan.definition, port)) return node.entries.length;
  return node.entries.reduce((sum, entry) => sum + emittedLength(entry, port), 0);
}

function emittedLength<E extends Entry<E>>({ lengths }: E, port: string): number {
  const length = lengths?.[port];
  if (length === undefined) throw new Error(`Bug: the length of a list "${port}" is not known yet.`);
  return length;
}

/** The items that were moved to an output. Throws if the node has no output of that name, which is a bug of the caller. */
export function movedTo<E>(moved: Moved<E>, port: string): readonly Ref<E>[] {
  const refs = moved[port];
  if (!refs) throw new Error(`Bug: nothing was moved to "${port}".`);
  return refs;
}

/** What one link brings to a node: nothing if no item needs the link, or if its items are lost. */
export type Incoming<E> = readonly Ref<E>[];

type Selecting = Pick<NodeState<unknown>, "plan" | "selected">;

/** Whether an item needs what a link brings. */
export function needsLink(node: Selecting, link: number, item: number): boolean {
  const { when } = itemAt(node.plan.links, link);
  if (!when) return true;
  const values = decidingValues(node, when);
  return values[values.length === 1 ? 0 : item] === when.is;
}

/** Whether some item needs what a link brings. */
export function needsLinkAtAll(node: Selecting, link: number): boolean {
  const { when } = itemAt(node.plan.links, link);
  return !when || decidingValues(node, when).includes(when.is);
}

function decidingValues({ selected = new Map() }: Selecting, { link }: { readonly link: number }): readonly unknown[] {
  return valueUnder(selected, link);
}

/** What one link brings to all items of a node: nothing if no item needs it. */
export function incoming<E extends Entry<E>>(
  nodes: readonly NodeState<E>[],
  node: NodeState<E>,
  link: number,
): Incoming<E> {
  const { source, sourcePort } = itemAt(node.plan.links, link);
  return needsLinkAtAll(node, link) ? outputRefs(itemAt(nodes, source), sourcePort) : [];
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
  for (let i = 0; i < links.length; i++) {
    const { port, list } = itemAt(links, i);
    const { length } = itemAt(lists, i);
    if (list || length <= 1) continue;
    if (count !== 1 && length !== count) {
      const { message, remedy } = lengthsInWords(node.plan, { port: longest, length: count }, { port, length });
      throw new NodeError(message, remedy);
    }
    count = length;
    longest = port;
  }
  if (count === 1) return [lists];
  return Array.from({ length: count }, (_, item) =>
    links.map(({ list }, i) => {
      const refs = itemAt(lists, i);
      if (list || refs.length === 0) return needsLink(node, i, item) ? refs : [];
      return needsLink(node, i, item) ? [itemAt(refs, refs.length === 1 ? 0 : item)] : [];
    }),
  );
}

/** The distinct entries that an entry is computed from. */
export function sourcesOf<E>({ inputs }: Pick<Entry<E>, "inputs">): readonly E[] {
  const only = inputs.length === 1 ? inputs[0] : undefined;
  if (only?.length === 1) return [itemAt(only, 0).entry];
  return [...new Set(inputs.flatMap((refs) => refs.map(({ entry }) => entry)))];
}
