import { itemAt } from "../document/lookup.ts";
import type { Report } from "../document/report.ts";
import type { Graph, GraphNode } from "./graph.ts";

/**
 * The nodes in an order in which every source stands before its users. Nodes in or behind a cycle are reported and left
 * out.
 */
export function sortGraph<Services>(graph: Graph<Services>, report: Report): GraphNode<Services>[] {
  const nodes = [...graph.values()];
  const { starts, users } = findUsers(nodes);
  const waiting = new Int32Array(nodes.length);
  const order: GraphNode<Services>[] = [];
  for (const node of nodes) {
    waiting[node.place] = node.links.length;
    if (node.links.length === 0) order.push(node);
  }
  // A loop over a list also reaches what is added during the loop.
  for (const { place } of order)
    for (let i = starts[place]!; i < starts[place + 1]!; i++)
      if (--waiting[users[i]!]! === 0) order.push(itemAt(nodes, users[i]!));
  if (order.length < graph.size) reportCycles(graph, new Set(order), report);
  return order;
}

/**
 * The places of the nodes behind the links out of each node: those of node `place` are in `users` from `starts[place]` to
 * `starts[place + 1]`. A list for each of the many nodes of a large graph would take more time and memory.
 */
function findUsers(nodes: readonly GraphNode[]): { readonly starts: Int32Array; readonly users: Int32Array } {
  const starts = new Int32Array(nodes.length + 1);
  for (const { links } of nodes) for (const { source } of links) starts[source.place + 1]!++;
  for (let place = 0; place < nodes.length; place++) starts[place + 1]! += starts[place]!;
  const users = new Int32Array(starts[nodes.length]!);
  const next = starts.slice();
  for (const { place, links } of nodes) for (const { source } of links) users[next[source.place]!++] = place;
  return { starts, users };
}

/** Every remaining node has a source that remains too, so walking from source to source ends in a cycle. */
function reportCycles(graph: Graph, sorted: ReadonlySet<GraphNode>, report: Report): void {
  const seen = new Set<GraphNode>();
  for (const start of graph.values()) {
    const path: GraphNode[] = [];
    const onPath = new Set<GraphNode>();
    let node = start;
    while (!sorted.has(node) && !seen.has(node)) {
      seen.add(node);
      onPath.add(node);
      path.push(node);
      node = node.links.find(({ source }) => !sorted.has(source))!.source;
    }
    if (!onPath.has(node)) continue;
    // Links were followed backwards; reversed, the path reads in the direction of the data.
    const cycle = [node, ...path.slice(path.indexOf(node)).reverse()];
    report.error(
      "cycle",
      { node: node.id },
      `The nodes feed each other in a circle: ${written(cycle.map(({ id }) => id))}.`,
      `Remove one of these links, such as the one into "${node.id}".`,
    );
  }
}

function written(cycle: readonly string[]): string {
  if (cycle.length <= 20) return cycle.join(" → ");
  return [...cycle.slice(0, 10), `(${cycle.length - 20} more)`, ...cycle.slice(-10)].join(" → ");
}
