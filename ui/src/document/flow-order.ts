import type { WorkflowJson } from "@clipwork/engine";
import { linksOf } from "./links.ts";

/** The nodes in the order in which values flow: each after all that feed it. What stands in a circle comes last, as the document has it. */
export function inFlowOrder(workflow: WorkflowJson): string[] {
  const waiting = new Map<string, number>();
  const fed = new Map<string, string[]>();
  for (const id of Object.keys(workflow.nodes)) waiting.set(id, 0);
  for (const { from, to } of linksOf(workflow)) {
    waiting.set(to.node, waiting.get(to.node)! + 1);
    fed.set(from.node, [...(fed.get(from.node) ?? []), to.node]);
  }
  const order = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  for (const id of order)
    for (const next of fed.get(id) ?? []) {
      waiting.set(next, waiting.get(next)! - 1);
      if (waiting.get(next) === 0) order.push(next);
    }
  const placed = new Set(order);
  return [...order, ...Object.keys(workflow.nodes).filter((id) => !placed.has(id))];
}
