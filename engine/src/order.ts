import type { Graph } from "./graph.ts";
import type { Report } from "./report.ts";

/** The ids in an order in which every source stands before its users. Nodes in or behind a cycle are reported and left out. */
export function sortGraph(graph: Graph, report: Report): string[] {
  const waiting = new Map<string, number>();
  const users = new Map<string, string[]>();
  const order: string[] = [];
  for (const { id, links } of graph.values()) {
    waiting.set(id, links.length);
    if (links.length === 0) order.push(id);
    for (const { source } of links) {
      const list = users.get(source.node);
      if (list) list.push(id);
      else users.set(source.node, [id]);
    }
  }
  for (let i = 0; i < order.length; i++) {
    for (const user of users.get(order[i]!) ?? []) {
      const left = waiting.get(user)! - 1;
      waiting.set(user, left);
      if (left === 0) order.push(user);
    }
  }
  if (order.length < graph.size) reportCycles(graph, new Set(order), report);
  return order;
}

/** Every node that is left over has a source that is left over too, so walking from source to source ends in a cycle. */
function reportCycles(graph: Graph, sorted: ReadonlySet<string>, report: Report): void {
  const seen = new Set<string>();
  for (const start of graph.keys()) {
    const path: string[] = [];
    const onPath = new Set<string>();
    let id = start;
    while (!sorted.has(id) && !seen.has(id)) {
      seen.add(id);
      onPath.add(id);
      path.push(id);
      id = graph.get(id)!.links.find(({ source }) => !sorted.has(source.node))!.source.node;
    }
    if (!onPath.has(id)) continue;
    // Links were followed backwards: turned round, the path reads in the direction of the data.
    const cycle = [id, ...path.slice(path.indexOf(id)).reverse()];
    report.error(
      "cycle",
      { node: id },
      `The nodes feed each other in a circle: ${written(cycle)}.`,
      `Remove one of these links, such as the one into "${id}".`,
    );
  }
}

function written(cycle: readonly string[]): string {
  if (cycle.length <= 20) return cycle.join(" → ");
  return [...cycle.slice(0, 10), `(${cycle.length - 20} more)`, ...cycle.slice(-10)].join(" → ");
}
