import type { AnyPlan, AnyPlanNode } from "@clipwork/engine";

/** Finds the kind of the values that a node has to give at a port, as it was declared: an input of a sink, or an output. */
export type KindFinder = (node: string, port: string) => string;

/** For the nodes of a plan. Where a socket takes whatever is linked, what is linked decides. */
export function kindFinder({ nodes }: AnyPlan): KindFinder {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (id, port) => {
    const sink = byId.get(id)!;
    let at: { readonly node: AnyPlanNode; readonly port: string } | undefined = { node: sink, port };
    if (!sink.definition.run) at = sourceOf(nodes, sink, port);
    while (at) {
      const { type } = at.node.definition.outputs[at.port]!;
      if (type.kind !== "variable") return type.kind;
      const { inputs } = at.node.definition;
      const fed = at.node.links.find((link) => inputs[link.port]?.type.name === type.name);
      at = fed && sourceOf(nodes, at.node, fed.port);
    }
    return "variable";
  };
}

function sourceOf(nodes: AnyPlan["nodes"], node: AnyPlanNode, port: string) {
  const link = node.links.find((one) => one.port === port);
  return link && { node: nodes[link.source]!, port: link.sourcePort };
}
