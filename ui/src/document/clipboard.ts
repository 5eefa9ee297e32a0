import type { NodeJson, WorkflowJson } from "@clipwork/engine";
import { addNode, endOf, newId, placeOf } from "./edit.ts";

/** Copied nodes, as a small workflow, so that the clipboard holds the project's one format. */
export function copyNodes(workflow: WorkflowJson, ids: ReadonlySet<string>): WorkflowJson {
  const selected = Object.entries(workflow.nodes).filter(([id]) => ids.has(id));
  return {
    format: "clipwork/1",
    nodes: Object.fromEntries(selected),
    layout: Object.fromEntries(selected.map(([id]) => [id, placeOf(workflow, id)])),
  };
}

/**
 * Adds copied nodes under new ids. Links among them lead to the copies; links from other nodes stay if those nodes exist,
 * and are dropped if not. Returns the ids of the copies too.
 */
export function pasteNodes(
  workflow: WorkflowJson,
  copied: WorkflowJson,
  offset: { readonly x: number; readonly y: number },
): { readonly workflow: WorkflowJson; readonly ids: readonly string[] } {
  const names = new Map<string, string>();
  const taken: { [id: string]: unknown } = { ...workflow.nodes };
  for (const [id, { type }] of Object.entries(copied.nodes)) {
    const name = Object.hasOwn(taken, id) ? newId(type, taken) : id;
    names.set(id, name);
    taken[name] = true;
  }
  let pasted = workflow;
  for (const [id, name] of names) {
    const node = copied.nodes[id];
    if (!node) continue;
    const { x, y, ...rest } = placeOf(copied, id);
    const place = { ...rest, x: Math.round(x + offset.x), y: Math.round(y + offset.y) };
    pasted = addNode(pasted, name, relink(node, names, workflow), place);
  }
  return { workflow: pasted, ids: [...names.values()] };
}

function relink(node: NodeJson, names: ReadonlyMap<string, string>, into: WorkflowJson): NodeJson {
  if (!node.inputs) return node;
  const inputs = Object.entries(node.inputs).flatMap(([port, link]): [string, string][] => {
    const end = endOf(link);
    if (!end) return [[port, link]];
    const copy = names.get(end.node);
    if (copy !== undefined) return [[port, `${copy}.${end.port}`]];
    return Object.hasOwn(into.nodes, end.node) ? [[port, link]] : [];
  });
  return { ...node, inputs: Object.fromEntries(inputs) };
}
