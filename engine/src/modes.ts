import type { Address } from "./document.ts";
import { type Graph, type GraphLink, type GraphNode, needsInput, reportParam } from "./graph.ts";
import type { Report } from "./report.ts";

/**
 * Takes muted and bypassed nodes out of the graph and returns the ids that fall out of scope: muted nodes, bypassed
 * nodes, and those that need an output which no longer exists. An optional input goes without, a parameter takes its literal.
 */
export function applyModes(order: readonly string[], graph: Graph, report: Report): ReadonlySet<string> {
  const removed = new Set<string>();
  /** Where the users of a bypassed node's output link instead. */
  const instead = new Map<string, Address | undefined>();
  for (const id of order) {
    const node = graph.get(id)!;
    if (removed.size > 0) relink(node, removed, instead, report);
    if (node.mode === "run") continue;
    removed.add(id);
    if (node.mode === "mute") continue;
    for (const port of Object.keys(node.definition.outputs)) instead.set(`${id}.${port}`, passedThrough(node, port));
  }
  return removed;
}

function relink(
  node: GraphNode,
  removed: Set<string>,
  instead: ReadonlyMap<string, Address | undefined>,
  report: Report,
): void {
  if (!node.links.some(({ source }) => removed.has(source.node))) return;
  const gone: GraphLink[] = [];
  node.links = node.links.flatMap((link) => {
    if (!removed.has(link.source.node)) return [link];
    const source = instead.get(`${link.source.node}.${link.source.port}`);
    if (source) return [{ ...link, source }];
    gone.push(link);
    return [];
  });
  for (const { port, param } of gone) {
    const complaint = param && node.inert[port];
    if (complaint) reportParam(node.id, port, complaint, report);
    if (!param && !node.definition.inputs[port]!.optional && node.mode !== "bypass" && needsInput(node, port))
      removed.add(node.id);
  }
}

/** What a bypassed node's output stands for: the source of its first input of the same kind. */
function passedThrough({ definition, links }: GraphNode, output: string): Address | undefined {
  const { kind } = definition.outputs[output]!.type;
  const input = Object.keys(definition.inputs).find((port) => definition.inputs[port]!.type.kind === kind);
  return links.find(({ port, param }) => port === input && !param)?.source;
}
