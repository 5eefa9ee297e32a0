import { NodeError } from "../catalogue/node-error.ts";
import { outputRefs } from "../expansion/items.ts";
import { type At, emitsList, type NodeState, type Ref } from "../expansion/state.ts";
import type { Wanted } from "./given-outputs.ts";
import { available, type RunEntry } from "./run-entry.ts";

export type Collected = {
  readonly outputs: Wanted[];
  /** Values that were computed but cannot be returned: the cache did not take them, or they are too many for one list. */
  readonly unsaved: { readonly at: At<RunEntry>; readonly error: NodeError }[];
  /** False if the run stopped before every wanted value was there or lost. */
  readonly complete: boolean;
};

const makeRoom = "Free space where values are kept, then run it again.";

/** The message for a result that the cache does not take. */
export const notKept = (why: string): string => `The result could not be kept: ${why}`;

/** The available values that the run had to return, in the order of the plan, of ports and of items. */
export function collectOutputs(nodes: readonly NodeState<RunEntry>[]): Collected {
  const outputs: Wanted[] = [];
  const unsaved: Collected["unsaved"] = [];
  let complete = true;
  for (const node of nodes) {
    if (!node.plan.wanted || node.lost !== undefined) continue;
    let lists: ReturnType<typeof wantedLists>;
    try {
      lists = wantedLists(node);
    } catch (error) {
      if (!(error instanceof NodeError)) throw error;
      unsaved.push({ at: { node, item: 0 }, error });
      continue;
    }
    for (const { port, refs } of lists) {
      refs.forEach((ref, item) => {
        const { entry } = ref;
        if (!available(entry)) return;
        if (entry.unsaved === undefined) outputs.push({ node, port, item, ref });
        else unsaved.push({ at: { node, item }, error: new NodeError(notKept(entry.unsaved), makeRoom) });
      });
    }
    complete &&= node.expanded && wantedEntries(node).every(isSettled);
  }
  return { outputs, unsaved, complete };
}

function isSettled(entry: RunEntry): boolean {
  return entry.lost !== undefined || available(entry);
}

function wantedLists(
  node: NodeState<RunEntry>,
): readonly { readonly port: string; readonly refs: readonly Ref<RunEntry>[] }[] {
  const { definition, absent } = node.plan;
  if (!definition.run) return node.sinkRefs;
  const lists: { readonly port: string; readonly refs: readonly Ref<RunEntry>[] }[] = [];
  for (const port in definition.outputs)
    if (!absent.includes(port) && (!emitsList(definition, port) || node.entries.every(({ lengths }) => lengths)))
      lists.push({ port, refs: outputRefs(node, port) });
  return lists;
}

function wantedEntries(node: NodeState<RunEntry>): readonly RunEntry[] {
  if (node.plan.definition.run && !node.moved) return node.entries;
  return wantedLists(node).flatMap(({ refs }) => refs.map(({ entry }) => entry));
}
