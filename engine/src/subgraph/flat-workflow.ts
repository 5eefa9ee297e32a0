import type { Document } from "../document/document.ts";
import { badLink, type DocumentNode } from "../document/read-node.ts";
import type { NodeJson, WorkflowJson } from "../document/workflow-json.ts";

/**
 * The document as a workflow without instances, whose inner nodes are called "instance/inner". It is for looking at what runs: such ids are
 * not written in files.
 */
export function flatWorkflow({ json, nodes, instances }: Document): WorkflowJson {
  if (instances.size === 0) return json;
  const flat = [...nodes].map(([id, node]) => [
    id,
    json.nodes[id] && sameLinks(json.nodes[id], node) ? json.nodes[id] : written(node),
  ]);
  return { ...json, nodes: Object.fromEntries(flat) };
}

function sameLinks({ inputs = {} }: NodeJson, node: DocumentNode): boolean {
  if (Object.keys(inputs).length !== node.inputs.length) return false;
  return node.inputs.every(({ port, source }) => inputs[port] === `${source.node}.${source.port}`);
}

function written({ type, version, params, inputs, mode }: DocumentNode): NodeJson {
  const links = inputs.filter(({ source }) => source !== badLink);
  return {
    type,
    version,
    params,
    inputs: Object.fromEntries(links.map(({ port, source }) => [port, `${source.node}.${source.port}`])),
    ...(mode === "run" ? {} : { mode }),
  };
}
