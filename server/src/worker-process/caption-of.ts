import { type AnyPlan, type Cache, type NodeKey, readValue } from "@clipwork/engine";

/** Finds the embedding of the caption from which a node's item is made: the nearest text embedding upstream. */
export type CaptionFinder = (node: string, item: number) => Promise<Float32Array | undefined>;

/** Looks among the kept values of a plan whose fingerprints are `keys`. Validation has made sure of the one CLIP space. */
export function captionFinder(plan: AnyPlan, keys: ReadonlyMap<string, NodeKey>, cache: Cache): CaptionFinder {
  return async (node, item) => {
    const found = nearestCaption(plan, node);
    const items = found && keys.get(found.node)?.keys;
    const key = items && (items.length === 1 ? items[0] : items[item]);
    if (!found || key === undefined) return undefined;
    const value = await readValue(cache, { key, port: found.port, index: 0 });
    const { embedding } = (value ?? {}) as { embedding?: unknown };
    return embedding instanceof Float32Array ? embedding : undefined;
  };
}

/** Breadth first, so that the nearest is taken; of two equally near the first input. */
function nearestCaption(plan: AnyPlan, node: string): { readonly node: string; readonly port: string } | undefined {
  const open = [plan.nodes.findIndex(({ id }) => id === node)];
  const seen = new Set(open);
  for (const at of open) {
    for (const { source, sourcePort } of plan.nodes[at]?.links ?? []) {
      const from = plan.nodes[source]!;
      if (from.definition.outputs[sourcePort]!.type.kind === "text-embedding")
        return { node: from.id, port: sourcePort };
      if (!seen.has(source)) open.push(source);
      seen.add(source);
    }
  }
  return undefined;
}
