import type { NodeJson, WorkflowJson } from "@clipwork/engine";
import { placeOf } from "./edit.ts";
import { lookOf } from "./look.ts";

const known = new WeakMap<NodeJson, string>();

/** What decides the size of a node's card: nodes of one make are drawn alike, but for what a run puts into them. */
export function makeOf(workflow: WorkflowJson, id: string): string {
  const node = workflow.nodes[id];
  if (!node) return "";
  const { collapsed = false, width = "" } = lookOf(workflow, id);
  return `${partsOf(node)} ${collapsed} ${width} ${placeOf(workflow, id).open === true}`;
}

function partsOf(node: NodeJson): string {
  let parts = known.get(node);
  if (parts === undefined) {
    parts = `${node.type} ${Object.keys(node.inputs ?? {})} ${Object.keys(node.params ?? {})}`;
    known.set(node, parts);
  }
  return parts;
}
