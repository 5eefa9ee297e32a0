import { itemAt } from "../document/lookup.ts";
import type { AnyPlan } from "../plan/plan.ts";
import type { Source } from "./fingerprint.ts";

type Inputs = readonly (readonly Source[])[];
type ExpandedNode = {
  readonly entries: readonly { readonly key: string; readonly inputs: Inputs; readonly lost: string | undefined }[];
};

/** The nodes of a plan, in its order, as an expansion left them. */
const expanded = new WeakMap<AnyPlan, readonly ExpandedNode[]>();

/** Keeps an expansion as long as the plan, so that later ones need not compute its fingerprints again. */
export function keepKeys(plan: AnyPlan, nodes: readonly ExpandedNode[]): void {
  expanded.set(plan, nodes);
}

/** Finds the fingerprint of an item of the node at a place of the plan, if the kept expansion has it with the same inputs. */
export type KeyFinder = (place: number, item: number, inputs: Inputs) => string | undefined;

/** Absent if no expansion of the plan is kept. */
export function keptKeys(plan: AnyPlan): KeyFinder | undefined {
  const nodes = expanded.get(plan);
  return (
    nodes &&
    ((place, item, inputs) => {
      const before = nodes[place]?.entries[item];
      return before && before.lost === undefined && areEqual(before.inputs, inputs) ? before.key : undefined;
    })
  );
}

function areEqual(a: Inputs, b: Inputs): boolean {
  return (
    a.length === b.length &&
    a.every((refs, link) => {
      const others = itemAt(b, link);
      return refs.length === others.length && refs.every((ref, i) => isEqual(ref, itemAt(others, i)));
    })
  );
}

function isEqual(a: Source, b: Source): boolean {
  return a.entry.key === b.entry.key && a.port === b.port && a.index === b.index;
}
