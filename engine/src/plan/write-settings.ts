import type { AnyCatalogue } from "../catalogue/environment.ts";
import type { Document } from "../document/document.ts";
import { type Address, badLink, type DocumentLink, type DocumentNode, readAddress } from "../document/read-node.ts";
import type { NodeJson, WorkflowJson } from "../document/workflow-json.ts";
import { exposeInside, splitPath } from "../subgraph/expose-inside.ts";
import { typeNode } from "./graph.ts";

/** A value for a parameter: of a node of the document, or of one inside an instance. */
export type Setting = { readonly address: Address; readonly value: unknown };

/**
 * The document with these nodes in place of its own, and with the settings in its JSON. Nodes inside instances are in the versions that their
 * definitions have them in. What is set inside an instance becomes a parameter of the outermost instance, so that a definition means the same
 * for all others. `shared`: one that cannot be set alone, since its definition exposes it along with others.
 */
export function writeSettings(
  document: Document,
  changed: ReadonlyMap<string, DocumentNode>,
  settings: readonly Setting[],
  catalogue: AnyCatalogue,
): { readonly document: Document; readonly shared?: Address } {
  const { json } = document;
  // Copied once, since there may be as many settings as nodes.
  const nodes: { [id: string]: NodeJson } = { ...json.nodes };
  let definitions = json.definitions ?? {};
  for (const [id, node] of changed) if (json.nodes[id]) nodes[id] = rewritten(json.nodes[id], node, catalogue);
  for (const { address, value } of settings) {
    const { path, node } = splitPath(address.node);
    const [first] = path;
    if (first === undefined && !document.instances.has(node)) continue;
    const exposed =
      first === undefined
        ? undefined
        : exposeInside({ ...json, nodes, definitions }, path, { node, port: address.port });
    const name = exposed ? exposed.name : address.port;
    if (name === undefined) return { document, shared: address };
    definitions = exposed?.workflow.definitions ?? definitions;
    const instance = nodes[first ?? node]!;
    nodes[first ?? node] = { ...instance, params: { ...instance.params, [name]: value } };
  }
  const now: WorkflowJson = { ...json, nodes, ...(json.definitions && { definitions }) };
  return { document: { ...document, json: now, nodes: new Map([...document.nodes, ...changed]) } };
}

function rewritten(before: NodeJson, { id, version, params }: DocumentNode, catalogue: AnyCatalogue): NodeJson {
  if (version === before.version) return { ...before, params };
  // Its links as they are written: those of the unpacked graph may lead into an instance.
  return { ...(migrated(id, before, catalogue) ?? before), params };
}

/** The node, called `id` in messages, as the present version of its type has it; undefined if it cannot be brought there. */
export function migrated(id: string, before: NodeJson, catalogue: AnyCatalogue): NodeJson | undefined {
  const { type, version, params = {} } = before;
  const inputs = Object.entries(before.inputs ?? {}).map(([port, link]) => ({
    port,
    source: readAddress(link) ?? badLink,
  }));
  const typed = typeNode({ id, type, version, params, inputs, mode: "run" }, catalogue);
  if (!typed) return undefined;
  return { ...before, version: typed.definition.version, params: typed.params, inputs: written(typed.inputs) };
}

function written(inputs: readonly DocumentLink[]): { [port: string]: string } {
  return Object.fromEntries(inputs.map(({ port, source }) => [port, `${source.node}.${source.port}`]));
}
