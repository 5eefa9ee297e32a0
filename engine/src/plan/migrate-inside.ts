import type { AnyCatalogue } from "../catalogue/environment.ts";
import { definitionOfNode, definitionsWithin } from "../document/definitions-within.ts";
import { type Document, readDocument } from "../document/document.ts";
import { badLink, type DocumentNode, readAddress } from "../document/read-node.ts";
import { type DefinitionJson, instanceType, type NodeJson, type WorkflowJson } from "../document/workflow-json.ts";
import { nameInside, splitPath } from "../subgraph/expose-inside.ts";
import { typeNode } from "./graph.ts";
import { migrated } from "./write-settings.ts";

/** Nodes of definitions, by the ids of their definitions. */
export type InsideDefinitions = ReadonlyMap<string, ReadonlySet<string>>;

type Definitions = { readonly [id: string]: DefinitionJson };
type Unpacked = ReadonlyMap<string, DocumentNode>;
/** The nodes of a document or of a definition, and the definitions that they are instances of. */
type Level = { readonly nodes: WorkflowJson["nodes"]; readonly definitions: Definitions };

const none: ReadonlySet<string> = new Set();

/** Of these nodes of the unpacked graph those inside instances whose definitions have them in an older version than the present one. */
export function oldInside(document: Document, ids: Iterable<string>, catalogue: AnyCatalogue): InsideDefinitions {
  const old = new Map<string, Set<string>>();
  for (const id of ids) {
    const { node } = splitPath(id);
    const around = document.instances.get(id.slice(0, Math.max(id.lastIndexOf("/"), 0)));
    const written = document.nodes.get(id);
    const typed = around && written && typeNode(written, catalogue);
    if (!typed || typed.definition.version === written.version) continue;
    // What could not be read stays as it was written, and blocks the run.
    if (typed.inputs.some(({ source }) => source === badLink)) continue;
    old.set(around.definition, (old.get(around.definition) ?? new Set<string>()).add(node));
  }
  return old;
}

/**
 * The document with these nodes of its definitions in the present versions of their types. What instances set on them is written in the terms
 * of those versions, so that every instance means what it did. Undefined if that cannot be written: if values that one name sets together
 * have become different, say.
 */
export function migrateInside(
  document: Document,
  old: InsideDefinitions,
  catalogue: AnyCatalogue,
): Document | undefined {
  const before = document.json.definitions ?? {};
  const order = innermostFirst(document);
  const brought = withMigrated(document.json, old, catalogue);
  if (!brought) return undefined;
  const start = withoutLost(brought, order, old, catalogue);
  let definitions = start.definitions!;
  for (const id of order) {
    const within = definitionsWithin(document.json, id);
    if (![...within].some((each) => each !== id && old.has(each))) continue;
    const [was, is] = [before, definitions].map((each) => inside(id, each, within));
    const level = was && is && carried({ nodes: definitions[id]!.nodes, definitions }, was, is, catalogue);
    if (!level) return undefined;
    definitions = { ...level.definitions, [id]: { ...level.definitions[id]!, nodes: level.nodes } };
  }
  const is = readDocument({ ...start, definitions }).document?.nodes;
  const level = is && carried({ nodes: start.nodes, definitions }, document.nodes, is, catalogue);
  const now = level && readDocument({ ...start, ...level }).document;
  return now && isAlike(document.nodes, now.nodes, catalogue) ? now : undefined;
}

/** The definitions that instances lead to, each after those that it contains. */
function innermostFirst({ json, instances }: Document): readonly string[] {
  const order = new Set<string>();
  for (const { definition } of instances.values())
    if (!order.has(definition)) for (const id of [...definitionsWithin(json, definition)].reverse()) order.add(id);
  return [...order];
}

/** Undefined if a node cannot be migrated with what the definition itself says. */
function withMigrated(json: WorkflowJson, old: InsideDefinitions, catalogue: AnyCatalogue): WorkflowJson | undefined {
  const definitions = { ...json.definitions };
  for (const [id, ids] of old) {
    const nodes = { ...definitions[id]!.nodes };
    for (const node of ids) {
      const now = migrated(node, nodes[node]!, catalogue);
      if (!now) return undefined;
      nodes[node] = now;
    }
    definitions[id] = { ...definitions[id]!, nodes };
  }
  return { ...json, definitions };
}

/** Without the exposed names of parameters that the present versions do not have, and without what instances set by those names. */
function withoutLost(
  json: WorkflowJson,
  order: readonly string[],
  old: InsideDefinitions,
  catalogue: AnyCatalogue,
): WorkflowJson {
  const lost = new Map<string, Set<string>>();
  const lostIn = (node: unknown): ReadonlySet<string> => lost.get(definitionOfNode(node) ?? "") ?? none;
  const mended = <L extends Pick<WorkflowJson, "nodes" | "exposed">>(
    level: L,
    migrated: ReadonlySet<string>,
    id = "",
  ) => {
    const isLost = (address: string): boolean => {
      const { node = "", port = "" } = readAddress(address) ?? {};
      const of = level.nodes[node];
      if (of && migrated.has(node)) return !Object.hasOwn(catalogue.get(of.type)!.params, port);
      return of !== undefined && lostIn(of).has(port);
    };
    const gone = new Set<string>();
    const exposed = Object.entries(level.exposed ?? {}).flatMap(([name, value]) => {
      const left = [value].flat().filter((address) => !isLost(address));
      if (left.length === 0) gone.add(name);
      return left.length === 0 ? [] : [[name, Array.isArray(value) ? left : left[0]!] as const];
    });
    lost.set(id, gone);
    const nodes = Object.entries(level.nodes).map(([id, node]) => {
      const names = lostIn(node);
      const { params = {}, inputs = {} }: Partial<NodeJson> = Object(node);
      if (![...names].some((name) => Object.hasOwn(params, name) || Object.hasOwn(inputs, name))) return [id, node];
      return [id, { ...node, params: without(params, names), inputs: without(inputs, names) }];
    });
    return {
      ...level,
      nodes: Object.fromEntries(nodes),
      ...(level.exposed && { exposed: Object.fromEntries(exposed) }),
    };
  };
  const definitions = { ...json.definitions };
  for (const id of order) definitions[id] = mended(definitions[id]!, old.get(id) ?? none, id);
  return { ...mended(json, none), definitions };
}

function without<T>(record: { readonly [name: string]: T }, names: ReadonlySet<string>): { [name: string]: T } {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));
}

/** What is inside a definition as one instance has it, by ids that begin inside. */
function inside(id: string, definitions: Definitions, used: ReadonlySet<string>): Unpacked | undefined {
  const { document } = readDocument({
    format: "clipwork/1",
    nodes: { it: { type: instanceType(id), version: 1 } },
    definitions: Object.fromEntries([...used].map((each) => [each, definitions[each]])),
  });
  return document && new Map([...document.nodes].map(([id, node]) => [id.slice("it/".length), node]));
}

/** A level whose instances set what they set before, in the terms of the present versions. Undefined if a node cannot be migrated. */
function carried(
  { nodes: written, definitions: known }: Level,
  before: Unpacked,
  after: Unpacked,
  catalogue: AnyCatalogue,
): Level | undefined {
  const nodes = { ...written };
  let definitions = known;
  for (const [id, node] of before) {
    const now = after.get(id);
    if (!id.includes("/") || !now || now.version === node.version) continue;
    const typed = typeNode(node, catalogue);
    if (!typed) return undefined;
    const { path, node: inner } = splitPath(id);
    for (const [port, value] of Object.entries(typed.params)) {
      if (JSON.stringify(value) === JSON.stringify(now.params[port])) continue;
      const named = nameInside({ nodes, definitions }, path, { node: inner, port });
      definitions = named.definitions;
      const instance = nodes[path[0]!]!;
      nodes[path[0]!] = { ...instance, params: { ...instance.params, [named.name]: value } };
    }
  }
  return { nodes, definitions };
}

/** Whether all nodes have the parameters and links that they had, in the terms of the versions that they are in now. */
function isAlike(before: Unpacked, now: Unpacked, catalogue: AnyCatalogue): boolean {
  const said = ({ params, inputs }: Pick<DocumentNode, "params" | "inputs">) =>
    JSON.stringify([
      Object.entries(params).sort(byName),
      inputs.map(({ port, source }) => [port, source] as const).sort(byName),
    ]);
  return [...before].every(([id, node]) => {
    const other = now.get(id);
    const wanted = other?.version === node.version ? node : typeNode(node, catalogue);
    return other !== undefined && wanted !== undefined && said(wanted) === said(other);
  });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
