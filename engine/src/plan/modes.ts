import { inputOf, outputOf } from "../catalogue/declared.ts";
import type { Report } from "../document/report.ts";
import { type GraphLink, type GraphNode, needsInput, type Output, reportParam } from "./graph.ts";

/**
 * Takes muted and bypassed nodes out of the graph and returns the nodes that fall out of scope: muted nodes, bypassed
 * nodes, and nodes that need an output which no longer exists. An optional input stays unlinked, a parameter takes its
 * literal.
 */
export function applyModes<Services>(
  order: readonly GraphNode<Services>[],
  report: Report,
): ReadonlySet<GraphNode<Services>> {
  const removed = new Set<GraphNode<Services>>();
  /** Where the users of a bypassed node's output link instead, by "node.port". */
  const instead = new Map<string, Output<Services> | undefined>();
  for (const node of order) {
    if (removed.size > 0) relink(node, removed, instead, report);
    if (node.mode === "run") continue;
    removed.add(node);
    if (node.mode === "mute") continue;
    for (const port in node.definition.outputs) instead.set(`${node.id}.${port}`, passedThrough(node, port));
  }
  return removed;
}

function relink<Services>(
  node: GraphNode<Services>,
  removed: Set<GraphNode<Services>>,
  instead: ReadonlyMap<string, Output<Services> | undefined>,
  report: Report,
): void {
  if (!node.links.some(({ source }) => removed.has(source))) return;
  const gone: GraphLink<Services>[] = [];
  node.links = node.links.flatMap((link) => {
    if (!removed.has(link.source)) return [link];
    const output = instead.get(`${link.source.id}.${link.sourcePort}`);
    if (output) return [{ ...link, source: output.source, sourcePort: output.sourcePort }];
    gone.push(link);
    return [];
  });
  for (const { port, param } of gone) {
    const complaint = param && node.inert[port];
    if (complaint) reportParam(node.id, port, complaint, report);
    if (!param && !inputOf(node.definition, port).optional && node.mode !== "bypass" && needsInput(node, port))
      removed.add(node);
  }
}

/** Whether each output of a bypassed node stands for some source. */
export function passesOn<Services>(node: GraphNode<Services>): boolean {
  return Object.keys(node.definition.outputs).every((port) => passedThrough(node, port) !== undefined);
}

/** What replaces a bypassed node's output: the source of its first input of the same kind. */
function passedThrough<Services>(
  { definition, links }: GraphNode<Services>,
  output: string,
): Output<Services> | undefined {
  const { kind } = outputOf(definition, output).type;
  const input = Object.keys(definition.inputs).find((port) => inputOf(definition, port).type.kind === kind);
  return links.find(({ port, param }) => port === input && !param);
}
