import { append } from "../document/append.ts";
import type { Report } from "../document/report.ts";
import type { Graph, GraphNode } from "./graph.ts";

/**
 * The nodes in an order in which every source stands before its users. Nodes in or behind a cycle are reported and left
 * out.
 */
export function sortGraph<Services>(graph: Graph<Services>, report: Report): GraphNode<Services>[] {
  const waiting = new Int32Array(graph.size);
  const users = new Array<GraphNode<Services>[] | undefined>(graph.size);
  const order: GraphNode<Services>[] = [];
  for (const node of graph.values()) {
    waiting[node.place] = node.links.length;
    if (node.links.length === 0) order.push(node);
    for (const { source } of node.links) users[source.place] = append(users[source.place], node);
  }
  // A loop over a list also reaches what is added during the loop.
  for (const { place } of order)
    for (const user of users[place] ?? []) if (--waiting[user.place]! === 0) order.push(user);
  if (order.length < graph.size) reportCycles(graph, new Set(order), report);
  return order;
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
