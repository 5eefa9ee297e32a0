import type { Document } from "../document/document.ts";
import type { Graph, GraphNode } from "./graph.ts";

/** Nodes of a document. Those of its graph are marked by place: a set of a hundred thousand ids takes much longer. */
export class NodeSet {
  readonly #graph: Graph;
  readonly #marks: Uint8Array;
  /** Ids that the graph does not have. */
  readonly #others = new Set<string>();

  constructor(graph: Graph, ids: readonly string[]) {
    this.#graph = graph;
    this.#marks = new Uint8Array(graph.size);
    for (const id of ids) this.add(id);
  }

  add(id: string): void {
    const node = this.#graph.get(id);
    if (node) this.mark(node);
    else this.#others.add(id);
  }

  has(id: string): boolean {
    const node = this.#graph.get(id);
    return node ? this.marked(node) : this.#others.has(id);
  }

  mark({ place }: GraphNode): void {
    this.#marks[place] = 1;
  }

  marked({ place }: GraphNode): boolean {
    return this.#marks[place] === 1;
  }
}

/**
 * The ids and everything they need, also through nodes that are not in the graph since their type is unknown. `unneeded` are
 * inputs that no item needs, as "node.port".
 */
export function reach(
  ids: readonly string[],
  document: Document,
  graph: Graph,
  unneeded: ReadonlySet<string>,
): NodeSet {
  // If the graph has every node, there is none to go through but its own.
  const complete = graph.size === document.nodes.size;
  const scope = new NodeSet(graph, []);
  const known: GraphNode[] = [];
  const unknown: string[] = [];
  const need = (node: GraphNode) => {
    if (scope.marked(node)) return;
    scope.mark(node);
    known.push(node);
  };
  const needId = (id: string) => {
    const node = graph.get(id);
    if (node) need(node);
    else if (!scope.has(id)) {
      scope.add(id);
      unknown.push(id);
    }
  };
  for (const id of ids) needId(id);
  for (;;) {
    const node = known.pop();
    const id = node?.id ?? unknown.pop();
    if (id === undefined) return scope;
    for (const { source } of node?.links ?? []) need(source);
    if (complete) continue;
    for (const { port, source } of document.nodes.get(id)?.inputs ?? [])
      if ((!node || !graph.has(source.node)) && !unneeded.has(`${id}.${port}`)) needId(source.node);
  }
}
