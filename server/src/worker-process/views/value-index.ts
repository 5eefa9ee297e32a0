import { type AnyPlan, type AnyPlanNode, type Cache, describePlan, expandPlan, type NodeKey } from "@clipwork/engine";

type Outputs = AnyPlanNode["definition"]["outputs"];
/** An output of a node upstream, and how many links away it is. */
type Upstream = { readonly node: string; readonly port: string; readonly distance: number };

/** Which nodes of a plan have which outputs, and under which keys their values are kept. No look-up walks through the plan. */
export class ValueIndex {
  readonly #plan: AnyPlan;
  readonly #cache: Cache;
  readonly #outputs: ReadonlyMap<string, Outputs>;
  readonly #captions: ReadonlyMap<string, Upstream>;
  #keys: Promise<ReadonlyMap<string, NodeKey>> | undefined;

  constructor(plan: AnyPlan, cache: Cache) {
    this.#plan = plan;
    this.#cache = cache;
    this.#outputs = new Map(plan.nodes.map(({ id, definition }) => [id, definition.outputs]));
    this.#captions = nearestCaptions(plan);
  }

  /** The outputs of a node of the plan. */
  outputsOf(node: string): Outputs {
    return this.#outputs.get(node)!;
  }

  /** True for a node whose items are known only when all of its lists are there. */
  emitsLists(node: string): boolean {
    return Object.values(this.outputsOf(node)).some(({ list }) => list);
  }

  /** The keys of all nodes, as far as they are known now. */
  keysNow(): Promise<ReadonlyMap<string, NodeKey>> {
    this.#keys = expandPlan(this.#plan, this.#cache).then(describePlan);
    return this.#keys;
  }

  /** Where the embedding of the caption lies from which a node's item is made: the nearest text embedding upstream. */
  async captionOf(node: string, item: number): Promise<{ readonly key: string; readonly port: string } | undefined> {
    const caption = this.#captions.get(node);
    if (!caption) return undefined;
    const keys = (await (this.#keys ?? this.keysNow())).get(caption.node)?.keys;
    const key = keys && (keys.length === 1 ? keys[0] : keys[item]);
    return key === undefined ? undefined : { key, port: caption.port };
  }
}

/** For each node that has one, the nearest text embedding upstream; of two equally near that of the first input. */
function nearestCaptions({ nodes }: AnyPlan): ReadonlyMap<string, Upstream> {
  const nearest: (Upstream | undefined)[] = [];
  for (const { links } of nodes) {
    let best: Upstream | undefined;
    for (const { source, sourcePort } of links) {
      const found = captionBehind(nodes[source]!, sourcePort, nearest[source]);
      if (found && (!best || found.distance < best.distance)) best = found;
    }
    nearest.push(best);
  }
  return new Map(nodes.flatMap(({ id }, i) => (nearest[i] ? [[id, nearest[i]] as const] : [])));
}

function captionBehind(from: AnyPlanNode, port: string, before: Upstream | undefined): Upstream | undefined {
  if (from.definition.outputs[port]!.type.kind === "text-embedding") return { node: from.id, port, distance: 1 };
  return before && { ...before, distance: before.distance + 1 };
}
