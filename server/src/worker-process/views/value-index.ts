import {
  type AnyPlan,
  type AnyPlanNode,
  type Cache,
  expandPlan,
  type Kind,
  type KindFinder,
  planKeys,
  planKinds,
} from "@clipwork/engine";

/** A node of a plan, as far as its values are shown. */
export type IndexedNode = {
  readonly id: string;
  readonly outputs: readonly { readonly port: string; readonly kind: Kind }[];
  /** Its items are known only when all of its lists are ready. */
  readonly emitsLists: boolean;
};

/** The nodes of a plan that is run again are looked up once. */
const indexed = new WeakMap<AnyPlan, ReadonlyMap<string, IndexedNode>>();

/** An output of a node upstream, and how many links away it is. */
type Upstream = { readonly node: string; readonly port: string; readonly distance: number };

/** Which nodes of a plan have which outputs, and under which keys their values are kept. No look-up walks through the plan. */
export class ValueIndex {
  readonly #plan: AnyPlan;
  readonly #cache: Cache;
  readonly #nodes: ReadonlyMap<string, IndexedNode>;
  readonly #kinds: KindFinder;
  /** By kind: for each node that has one, the nearest output of that kind upstream. */
  readonly #nearest = new Map<string, ReadonlyMap<string, Upstream>>();
  #keys: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

  constructor(plan: AnyPlan, cache: Cache) {
    this.#plan = plan;
    this.#cache = cache;
    this.#kinds = planKinds(plan);
    this.#nodes = indexed.get(plan) ?? indexNodes(plan, this.#kinds);
    indexed.set(plan, this.#nodes);
  }

  /** A node of the plan. */
  node(id: string): IndexedNode {
    return this.#nodes.get(id)!;
  }

  /** The kind of the values at an output of a node of the plan or, of an output node, at its input. */
  kindOf(node: string, port: string): Kind {
    return this.#kinds(node, port)!;
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

function indexNodes({ nodes }: AnyPlan, kinds: KindFinder): ReadonlyMap<string, IndexedNode> {
  const index = ({ id, definition: { outputs } }: AnyPlanNode): IndexedNode => ({
    id,
    outputs: Object.keys(outputs).map((port) => ({ port, kind: kinds(id, port)! })),
    emitsLists: Object.values(outputs).some(({ list }) => list),
  });
  return new Map(nodes.map((node) => [node.id, index(node)]));
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
