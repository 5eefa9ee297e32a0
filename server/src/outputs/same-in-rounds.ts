import { type Document, withoutRounds } from "@clipwork/engine";
import type { WorkflowChange } from "./diff-workflows.ts";

/** A change, and whether it is that of a node in every round of a loop: then its ids are without the numbers of rounds. */
export type ShownChange = WorkflowChange & { readonly inEveryRound?: true };

/** The changes with one for those that are the same in every round of a loop. */
export function sameInRounds(
  changes: readonly WorkflowChange[],
  before: Pick<Document, "nodes">,
  now: Pick<Document, "nodes">,
): readonly ShownChange[] {
  const groups = new Map<string, WorkflowChange[]>();
  for (const change of changes) {
    const key = JSON.stringify(inAnyRound(change));
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  const counts = [before, now].map(({ nodes }) => countRounds(nodes.keys()));
  return [...groups.values()].flatMap((group): readonly ShownChange[] => {
    const [first] = group;
    const shown = inAnyRound(first!);
    const all = Math.min(...counts.flatMap((of) => of.get(shown.node) ?? []));
    return group.length > 1 && group.length >= all ? [{ ...shown, inEveryRound: true }] : group;
  });
}

function inAnyRound(change: WorkflowChange): WorkflowChange {
  const node = withoutRounds(change.node);
  if ("type" in change || change.change !== "wiring") return { ...change, node };
  const of = (value: unknown) => (typeof value === "string" ? withoutRounds(value) : value);
  return { ...change, node, before: of(change.before), now: of(change.now) };
}

/** How many rounds have a node, by its id without rounds. */
function countRounds(ids: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const shared = withoutRounds(id);
    counts.set(shared, (counts.get(shared) ?? 0) + 1);
  }
  return counts;
}
