import type { AnyCatalogue, NodeJson, WorkflowJson } from "@clipwork/engine";
import { placeOf } from "./edit.ts";
import { lookOf } from "./look.ts";
import { shownParams } from "./shown-params.ts";

const known = new WeakMap<AnyCatalogue, WeakMap<NodeJson, string>>();

/** What decides the size of a node's card: nodes of one make are drawn alike, but for what a run puts into them. */
export function makeOf(workflow: WorkflowJson, id: string, catalogue: AnyCatalogue): string {
  const node = workflow.nodes[id];
  if (!node) return "";
  const { collapsed = false, width = "" } = lookOf(workflow, id);
  return `${partsOf(node, catalogue)} ${collapsed} ${width} ${placeOf(workflow, id).open === true}`;
}

function partsOf(node: NodeJson, catalogue: AnyCatalogue): string {
  let ofNodes = known.get(catalogue);
  if (!ofNodes) {
    ofNodes = new WeakMap();
    known.set(catalogue, ofNodes);
  }
  let parts = ofNodes.get(node);
  if (parts === undefined) {
    parts = `${node.type} ${Object.keys(node.inputs ?? {})} ${rowsOf(node, catalogue)}`;
    ofNodes.set(node, parts);
  }
  return parts;
}

/** The rows for parameters, which a value adds or takes away; and the pack, with which some nodes have other outputs. */
function rowsOf(node: NodeJson, catalogue: AnyCatalogue): string {
  const definition = catalogue.get(node.type);
  if (!definition) return "";
  const packs = Object.entries(definition.params).flatMap(([name, { kind }]) => (kind === "pack" ? [name] : []));
  return `${shownParams(node, definition)} ${packs.map((name) => node.params?.[name] ?? "")}`;
}
