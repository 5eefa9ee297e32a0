import { definitionsWithin } from "../document/definitions-within.ts";
import {
  type DefinitionJson,
  definitionOf,
  instanceType,
  loopOf,
  type NodeJson,
  type WorkflowJson,
  writtenTitle,
} from "../document/workflow-json.ts";
import { freeName } from "./expose-inside.ts";
import { packNodes } from "./pack.ts";
import { definitionIn } from "./unpack.ts";

/** A document with a copy of another's definition, and the id that it has there. */
export type Taken = { readonly workflow: WorkflowJson; readonly definition: string };

/** A document with that definition and all that it contains, and one instance of it: a file of its own. */
export function subgraphFile(workflow: WorkflowJson, definition: string): WorkflowJson {
  const used = definitionsWithin(workflow, definition);
  const definitions = Object.fromEntries([...used].map((id) => [id, workflow.definitions![id]!]));
  const title = writtenTitle(definitions[definition]);
  return {
    format: workflow.format,
    ...(title !== undefined && { meta: { title } }),
    nodes: { subgraph: { type: instanceType(definition), version: 1 } },
    definitions,
  };
}

/**
 * Copies a subgraph of another document, with all that it contains. A file of one instance brings that one; any other document becomes a
 * subgraph as a whole. A definition that the document has already, the same in every field, is shared, whatever its id; one of the same id that
 * differs comes under a new id. Undefined if the other document has no nodes.
 */
export function takeDefinition(workflow: WorkflowJson, from: WorkflowJson): Taken | undefined {
  const [only, ...others] = Object.values(from.nodes);
  if (!only) return undefined;
  const own = others.length === 0 && definitionIn(from, only.type) ? definitionOf(only.type) : undefined;
  if (own !== undefined) return copied(workflow, from, own);
  const title = writtenTitle(from.meta) ?? "Subgraph";
  const definition = freeName("subgraph", (name) => Object.hasOwn(from.definitions ?? {}, name));
  const packed = packNodes(from, new Set(Object.keys(from.nodes)), { definition, title, instance: "subgraph" });
  return copied(workflow, packed, definition);
}

function copied(workflow: WorkflowJson, from: WorkflowJson, wanted: string): Taken {
  const definitions: { [id: string]: DefinitionJson } = { ...workflow.definitions };
  const names = new Map<string, string>();
  const known = new Map(Object.entries(definitions).map(([id, definition]) => [JSON.stringify(definition), id]));
  // Inner ones first: whether an outer one is the same depends on what its inner ones are called here.
  for (const id of [...definitionsWithin(from, wanted)].reverse()) {
    const definition = renamed(from.definitions![id]!, names);
    const text = JSON.stringify(definition);
    const same = Object.hasOwn(definitions, id) && JSON.stringify(definitions[id]) === text ? id : known.get(text);
    const name = same ?? freeName(id, (name) => Object.hasOwn(definitions, name));
    names.set(id, name);
    if (same !== undefined) continue;
    definitions[name] = definition;
    known.set(text, name);
  }
  return { workflow: { ...workflow, definitions }, definition: names.get(wanted)! };
}

function renamed(definition: DefinitionJson, names: ReadonlyMap<string, string>): DefinitionJson {
  const nodes = Object.entries(definition.nodes).map(([id, node]): [string, NodeJson] => {
    const name = names.get(definitionOf(node.type) ?? "");
    const type = name === undefined ? node.type : instanceType(name, loopOf(node.type));
    return [id, type === node.type ? node : { ...node, type }];
  });
  return { ...definition, nodes: Object.fromEntries(nodes) };
}
