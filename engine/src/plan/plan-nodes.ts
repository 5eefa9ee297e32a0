import type { AnyPlan, AnyPlanNode } from "./plan.ts";

const known = new WeakMap<AnyPlan, ReadonlyMap<string, AnyPlanNode>>();

/** The nodes of a plan by id. */
export function planNodes(plan: AnyPlan): ReadonlyMap<string, AnyPlanNode> {
  const nodes = known.get(plan) ?? new Map(plan.nodes.map((node) => [node.id, node]));
  known.set(plan, nodes);
  return nodes;
}
