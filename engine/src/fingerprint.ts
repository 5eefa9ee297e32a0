import type { Plan, PlanNode } from "./plan.ts";

/** Where an input's item comes from. */
type Source = { readonly entry: { readonly key: string }; readonly port: string; readonly index: number };

/**
 * What the result of one item depends on, all of it: the node's type and version, its parameters (defaults filled in, files
 * by content, linked ones left out), where its inputs come from, the digests of its model stages, the numerics.
 * `inputs[i]` belongs to `node.links[i]`: one ref, or all of them where the input takes the whole list.
 */
export function fingerprint(plan: Plan<never>, node: PlanNode<never>, inputs: readonly (readonly Source[])[]): string {
  return plan.hash(encoder.encode(describe(plan, node, inputs)));
}

const encoder = new TextEncoder();

/** JSON of nested lists, whose order is fixed here and nowhere else. */
function describe({ numerics }: Plan<never>, node: PlanNode<never>, inputs: readonly (readonly Source[])[]): string {
  const linked = new Set(node.links.map(({ port }) => port));
  const params = Object.keys(node.params)
    .filter((name) => !linked.has(name))
    .sort()
    .map((name) => [name, node.definition.params[name]!.kind === "file" ? node.files[name] : node.params[name]]);
  return JSON.stringify([
    "clipwork-fingerprint/1",
    node.definition.type,
    node.definition.version,
    params,
    node.links.map(({ port }, i) => [port, inputs[i]!.map(({ entry, port, index }) => [entry.key, port, index])]),
    Object.entries(node.stages).sort(([a], [b]) => (a < b ? -1 : 1)),
    numerics,
  ]);
}
