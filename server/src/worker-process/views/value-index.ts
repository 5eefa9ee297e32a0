import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  expandPlan,
  type Kind,
  type KindFinder,
  planKeys,
  planKinds,
  planNodes,
} from "@clipwork/engine";

type Outputs = AnyPlanNode["definition"]["outputs"];

/** An output of a node upstream, and how many links away it is. */
type Upstream = { readonly node: string; readonly port: string; readonly distance: number };

/** Which nodes of a plan have which outputs, and under which keys their values are kept. No look-up walks through the plan. */
export class ValueIndex {
  readonly #plan: AnyPlan;
  readonly #cache: Cache;
  readonly #nodes: ReadonlyMap<string, AnyPlanNode>;
  readonly #kinds: KindFinder;
  /** By kind: for each node that has one, the nearest output of that kind upstream. */
  readonly #nearest = new Map<string, ReadonlyMap<string, Upstream>>();
  #keys: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(plan: AnyPlan, cache: Cache) {
    this.#plan = plan;
    this.#cache = cache;
    this.#nodes = planNodes(plan);
    this.#kinds = planKinds(plan);
  }

  /** The outputs of a node of the plan. */
  outputsOf(node: string): Outputs {
    return this.#nodes.get(node)!.definition.outputs;
  }

  /** The kind of the values at an output of a node of the plan. */
  kindOf(node: string, port: string): Kind {
    return this.#kinds(node, port)!;
  }

  /** True for a node whose items are known only when all of its lists are ready. */
  emitsLists(node: string): boolean {
    const outputs = this.outputsOf(node);
    for (const port in outputs) if (outputs[port]!.list) return true;
    return false;
  }

  /** The keys of all nodes by item, as far as they are known now. */
  keysNow(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#keys = expandPlan(this.#plan, this.#cache).then(planKeys);
    return this.#keys;
  }

  /**
   * Where the nearest value of that kind is kept among those that a node's item was made from: the one with the fewest links in
   * between, and the one at the first input if two are equally near. Undefined if there is none, or its key is not known yet.
   */
  async sourceOf(
    kind: string,
    node: string,
    item: number,
  ): Promise<{ readonly key: string; readonly port: string } | undefined> {
    const nearest = this.#nearest.get(kind) ?? nearestOutputs(kind, this.#plan, this.#kinds);
    this.#nearest.set(kind, nearest);
    const source = nearest.get(node);
    if (!source) return undefined;
    const keys = (await (this.#keys ?? this.keysNow())).get(source.node);
    const key = keys && (keys.length === 1 ? keys[0] : keys[item]);
    return key === undefined ? undefined : { key, port: source.port };
  }
}

function nearestOutputs(kind: string, { nodes }: AnyPlan, kinds: KindFinder): ReadonlyMap<string, Upstream> {
  const nearest: (Upstream | undefined)[] = [];
  for (const { links } of nodes) {
    let best: Upstream | undefined;
    for (const { source, sourcePort } of links) {
      const { id, definition } = nodes[source]!;
      // A value that a node only passes on is kept by the node that made it.
      const here = !definition.moves && kinds(id, sourcePort)!.kind === kind;
      const before = nearest[source];
      const found = here ? { node: id, port: sourcePort, distance: 1 } : before && further(before);
      if (found && (!best || found.distance < best.distance)) best = found;
    }
    nearest.push(best);
  }
  return new Map(nodes.flatMap(({ id }, i) => (nearest[i] ? [[id, nearest[i]] as const] : [])));
}

function further(upstream: Upstream): Upstream {
  return { ...upstream, distance: upstream.distance + 1 };
}
