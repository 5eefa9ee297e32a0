import type { NodeJson, WorkflowJson } from "@clipwork/engine";

/** How many nodes of a workflow are such, those in its subgraphs included, each subgraph once. */
export function countNodes({ nodes, definitions = {} }: WorkflowJson, is: (node: NodeJson) => boolean): number {
  const all = [nodes, ...Object.values(definitions).map((definition) => definition.nodes)];
  return all.flatMap((some) => Object.values(some)).filter(is).length;
}
