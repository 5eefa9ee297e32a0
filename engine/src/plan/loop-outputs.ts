import type { Document } from "../document/document.ts";
import type { Report } from "../document/report.ts";
import { againOutput } from "../document/rounds.ts";
import { show } from "../document/wording.ts";
import type { GraphNode } from "./graph.ts";
import { instancesAround } from "./instances.ts";

/**
 * Reports the outputs inside loops that run "while". Each round of the plan has one that nothing but the run itself needs, so it would be written
 * for the rounds that do not run too.
 */
export function checkOutputs(
  nodes: readonly GraphNode[],
  leftOut: ReadonlySet<GraphNode>,
  { instances }: Document,
  report: Report,
): void {
  if (instances.size === 0) return;
  for (const node of nodes) {
    if (node.definition.run || leftOut.has(node)) continue;
    const { id } = node;
    const loop = instancesAround(id).find((around) => instances.get(around)?.loop?.kind === "while");
    if (loop !== undefined)
      report.error(
        "bad-loop",
        { node: id },
        `"${id}" is an output inside "${loop}", which goes on as long as its output ${show(againOutput)} is true: it would be written for rounds that do not run, too.`,
        `Give what it takes out as an output of ${show(instances.get(loop)!.title)}, and link the node to "${loop}" instead.`,
      );
  }
}
