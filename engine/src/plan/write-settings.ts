import type { AnyCatalogue } from "../catalogue/environment.ts";
import type { Document } from "../document/document.ts";
import { type Address, badLink, type DocumentLink, type DocumentNode, readAddress } from "../document/read-node.ts";
import type { NodeJson, WorkflowJson } from "../document/workflow-json.ts";
import { exposeInside, splitPath } from "../subgraph/expose-inside.ts";
import { typeNode } from "./graph.ts";

/** A value for a parameter: of a node of the document, or of one inside an instance. */
export type Setting = { readonly address: Address; readonly value: unknown };

/**
 * The document with these nodes in place of its own, and with the settings in its JSON. What is set inside an instance becomes a parameter of
 * the outermost instance, so that a definition means the same for all others. `shared`: one that cannot be set alone, since its
 * definition exposes it along with others.
 */
export function writeSettings(
  document: Document,
  changed: ReadonlyMap<string, DocumentNode>,
  settings: readonly Setting[],
  catalogue: AnyCatalogue,
): { readonly document: Document; readonly shared?: Address } {
  let json = document.json;
  for (const [id, node] of changed)
    json = document.json.nodes[id]
      ? withNode(json, id, rewritten(json.nodes[id]!, node, catalogue))
      : broughtInside(json, document, id, node, catalogue);
  for (const { address, value } of settings) {
    const { path, node } = splitPath(address.node);
    const [first] = path;
    if (first === undefined && !document.instances.has(node)) continue;
    const exposed =
      first === undefined
        ? { workflow: json, name: address.port }
        : exposeInside(json, path, { node, port: address.port });
    if (exposed.name === undefined) return { document, shared: address };
    const instance = exposed.workflow.nodes[first ?? node]!;
    json = withNode(exposed.workflow, first ?? node, {
      ...instance,
      params: { ...instance.params, [exposed.name]: value },
    });
  }
  return { document: { ...document, json, nodes: new Map([...document.nodes, ...changed]) } };
}

function withNode(json: WorkflowJson, id: string, node: NodeJson): WorkflowJson {
  return { ...json, nodes: { ...json.nodes, [id]: node } };
}

function rewritten(before: NodeJson, { id, version, params }: DocumentNode, catalogue: AnyCatalogue): NodeJson {
  if (version === before.version) return { ...before, params };
  // Its links as they are written: those of the unpacked graph may lead into an instance.
  return { ...(migrated(id, before, catalogue) ?? before), params };
}

/** The node as the present version of its type has it; undefined if it cannot be brought there. */
function migrated(id: string, before: NodeJson, catalogue: AnyCatalogue): NodeJson | undefined {
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

/** A node inside an instance that had to be migrated before it was set: so is the one in its definition. */
function broughtInside(
  json: WorkflowJson,
  document: Document,
  id: string,
  { version }: DocumentNode,
  catalogue: AnyCatalogue,
): WorkflowJson {
  const { path, node } = splitPath(id);
  const definition = document.instances.get(path.join("/"))!.definition;
  const of = json.definitions![definition]!;
  const before = of.nodes[node]!;
  if (version === before.version) return json;
  const now = migrated(id, before, catalogue);
  if (!now) return json;
  return {
    ...json,
    definitions: { ...json.definitions, [definition]: { ...of, nodes: { ...of.nodes, [node]: now } } },
  };
}
