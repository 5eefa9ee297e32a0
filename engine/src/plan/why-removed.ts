import type { Document } from "../document/document.ts";
import { badLink } from "../document/read-node.ts";
import type { Graph, GraphNode } from "./graph.ts";

/** Why modes took a node out of the graph, as the end of a sentence, and the node whose mode it is, if one can be named. */
export function whyRemoved(
  id: string,
  document: Document,
  graph: Graph,
  removed: ReadonlySet<GraphNode>,
): { readonly because: string; readonly stopped?: string } {
  const own = graph.get(id)?.mode;
  if (own === "mute") return { because: "is muted", stopped: id };
  if (own === "bypass") return { because: "is bypassed, so it does not run", stopped: id };
  const stopped = findStopped(id, document, graph, removed);
  if (stopped === undefined) return { because: "is behind a node that is muted or bypassed" };
  const why =
    graph.get(stopped)!.mode === "mute"
      ? "is muted"
      : "is bypassed and has no linked input of the kind of its output to pass on";
  return { because: `waits for "${stopped}", which ${why}`, stopped };
}

/** The nearest node before that one which has a mode and was taken out. */
function findStopped(
  id: string,
  document: Document,
  graph: Graph,
  removed: ReadonlySet<GraphNode>,
): string | undefined {
  const seen = new Set([id]);
  // A set may grow while it is walked through.
  for (const at of seen) {
    const node = graph.get(at);
    if (!node || !removed.has(node)) continue;
    if (node.mode !== "run") return at;
    for (const { source } of document.nodes.get(at)?.inputs ?? []) if (source !== badLink) seen.add(source.node);
  }
  return undefined;
}
