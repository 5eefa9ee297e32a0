import { fingerprint } from "./fingerprint.ts";
import { NodeError } from "./node-error.ts";
import type { Plan } from "./plan.ts";
import type { Entry, NodeState, Ref } from "./state.ts";

/** The items of one output, in order. Its lists' lengths have to be known if it emits lists. */
export function outputRefs<S>({ plan, entries }: NodeState<S>, port: string): Ref<S>[] {
  if (!plan.definition.outputs[port]!.list) return entries.map((entry) => ({ entry, port, index: 0 }));
  return entries.flatMap((entry) =>
    Array.from({ length: entry.lengths![port]! }, (_, index): Ref<S> => ({ entry, port, index })),
  );
}

export type ItemInputs<S> = { readonly key: string; readonly inputs: readonly (readonly Ref<S>[])[] };

/**
 * The items of a node whose sources are known: lists are zipped, a list of one goes with every item, an input that takes
 * the whole list makes no items. Throws a NodeError when two lists differ in length.
 */
export function expandItems<S>(plan: Plan<S>, node: NodeState<S>, lists: readonly Ref<S>[][]): ItemInputs<S>[] {
  const { links } = node.plan;
  let count = 1;
  let longest = "";
  links.forEach(({ port, list }, i) => {
    const { length } = lists[i]!;
    if (list || length === 1) return;
    if (count !== 1 && length !== count)
      throw new NodeError(
        `Its inputs have lists of different lengths: "${longest}" has ${count} items, "${port}" has ${length}.`,
        "Give both the same number of items, or one of them a single item.",
      );
    count = length;
    longest = port;
  });
  if (count === 1) return [{ key: fingerprint(plan, node.plan, lists), inputs: lists }];
  return Array.from({ length: count }, (_, item) => {
    const inputs = links.map(({ list }, i) => {
      const refs = lists[i]!;
      return list ? refs : [refs.length === 1 ? refs[0]! : refs[item]!];
    });
    return { key: fingerprint(plan, node.plan, inputs), inputs };
  });
}

/** The distinct entries that an entry is computed from. */
export function sourcesOf<S>({ inputs }: Entry<S>): readonly Entry<S>[] {
  if (inputs.length === 1 && inputs[0]!.length === 1) return [inputs[0]![0]!.entry];
  return [...new Set(inputs.flatMap((refs) => refs.map(({ entry }) => entry)))];
}
