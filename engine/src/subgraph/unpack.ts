import { readAddress } from "../document/read-node.ts";
import {
  type DefinitionJson,
  definitionOf,
  inputsId,
  loopOf,
  type NodeJson,
  type WorkflowJson,
} from "../document/workflow-json.ts";
import { freeName } from "./expose-inside.ts";
import { joinGroups } from "./groups.ts";

/** A document with what was inside an instance, and the ids that the nodes have now. */
export type Unpacked = { readonly workflow: WorkflowJson; readonly ids: readonly string[] };

/**
 * Puts the nodes of a definition in the place of an instance of it, with what the instance sets and what feeds it. They keep their ids where
 * those are free. `move` says where a node is drawn now, by its place in the definition. A definition without instances goes. Undefined if
 * the node is no instance of a definition that the document has, or a loop.
 */
export function unpackInstance(
  workflow: WorkflowJson,
  instance: string,
  move: (place: unknown) => unknown = (place) => place,
): Unpacked | undefined {
  const node = Object.hasOwn(workflow.nodes, instance) ? workflow.nodes[instance] : undefined;
  const definition = node && definitionIn(workflow, node.type);
  if (!node || !definition || loopOf(node.type)) return undefined;
  const taken = new Set(Object.keys(workflow.nodes));
  taken.delete(instance);
  const names = new Map(
    Object.keys(definition.nodes).map((id) => {
      // One that has to be renamed does not take the id of another that could keep it.
      const name = freeName(id, (name) => taken.has(name) || (name !== id && Object.hasOwn(definition.nodes, name)));
      taken.add(name);
      return [id, name];
    }),
  );
  /** What is not inside has to lead nowhere outside, too. */
  const nameOf = (id: string) => names.get(id) ?? freeName(id, (name) => taken.has(name));
  const inside = unpackNodes(node, definition);

  /** Where a link leads without the instance; undefined if nothing feeds it. `hops`: how often it was passed on. */
  const follow = (link: string, within: boolean, hops = 0): string | undefined => {
    const source = readAddress(link);
    if (!source) return link;
    if (within) {
      if (source.node !== inputsId) return `${nameOf(source.node)}.${source.port}`;
      const fed = node.inputs?.[source.port];
      return fed === undefined || hops > names.size + 100 ? undefined : follow(fed, false, hops + 1);
    }
    if (source.node !== instance) return link;
    const from = definition.outputs?.[source.port]?.from;
    return from === undefined ? undefined : follow(from, true, hops + 1);
  };
  const relink = (links: NodeJson["inputs"], within: (port: string) => boolean) => {
    if (!links) return undefined;
    const entries = Object.entries(links).flatMap(([port, link]): [string, string][] => {
      const to = follow(link, within(port));
      return to === undefined ? [] : [[port, to]];
    });
    return Object.fromEntries(entries);
  };

  const nodes: { [id: string]: NodeJson } = {};
  const layout: { [id: string]: unknown } = { ...workflow.layout };
  // Before the nodes inside are placed: one of them may be called as the instance was.
  delete layout[instance];
  for (const [id, before] of Object.entries(workflow.nodes)) {
    if (id !== instance) {
      const links = relink(before.inputs, () => false);
      nodes[id] = links ? { ...before, inputs: links } : before;
      continue;
    }
    for (const [inner, { node: unpacked, fed }] of inside) {
      const links = relink(unpacked.inputs, (port) => !fed.has(port));
      const name = names.get(inner)!;
      nodes[name] = links ? { ...unpacked, inputs: links } : unpacked;
      if (definition.layout && Object.hasOwn(definition.layout, inner)) layout[name] = move(definition.layout[inner]);
    }
  }
  const exposed = unpackExposed(workflow, instance, definition, nameOf);
  const unpacked: WorkflowJson = {
    ...workflow,
    nodes,
    ...(exposed && { exposed }),
    ...((workflow.layout || definition.layout) && { layout }),
    ...((workflow.groups || definition.groups) && {
      groups: joinGroups(workflow.groups ?? {}, definition.groups ?? {}, names, instance),
    }),
    ...((workflow.notes || definition.notes) && { notes: joinNotes(workflow.notes, definition.notes, move) }),
  };
  return { workflow: withoutUnused(unpacked, definitionOf(node.type)!), ids: [...names.values()] };
}

function joinNotes(
  notes: NonNullable<WorkflowJson["notes"]> = {},
  inside: NonNullable<WorkflowJson["notes"]> = {},
  move: (place: unknown) => unknown,
): NonNullable<WorkflowJson["notes"]> {
  const all = { ...notes };
  for (const [id, note] of Object.entries(inside))
    all[freeName(id, (name) => Object.hasOwn(all, name))] = { ...note, ...Object(move({ x: note.x, y: note.y })) };
  return all;
}

/** The definition that a node type stands for in a document, if it has it. */
export function definitionIn({ definitions = {} }: WorkflowJson, type: string): DefinitionJson | undefined {
  const id = definitionOf(type);
  return id !== undefined && Object.hasOwn(definitions, id) ? definitions[id] : undefined;
}

type Inner = {
  readonly node: NodeJson;
  /** The parameters of it that what is linked to the instance feeds. */
  readonly fed: ReadonlySet<string>;
};

/** The nodes of the definition with what the instance sets. */
function unpackNodes(instance: NodeJson, definition: DefinitionJson): ReadonlyMap<string, Inner> {
  const nodes = new Map(
    Object.entries(definition.nodes).map(([id, node]) => [
      id,
      { node: withMode(node, instance.mode), fed: new Set<string>() },
    ]),
  );
  for (const [name, value] of Object.entries(definition.exposed ?? {})) {
    const link = instance.inputs?.[name];
    const own = Object.hasOwn(instance.params ?? {}, name);
    for (const text of [value].flat()) {
      const address = readAddress(text);
      const inner = address && nodes.get(address.node);
      if (!address || !inner) continue;
      const { port } = address;
      if (own) inner.node = { ...inner.node, params: { ...inner.node.params, [port]: instance.params![name] } };
      if (link === undefined) continue;
      inner.node = { ...inner.node, inputs: { ...inner.node.inputs, [port]: link } };
      inner.fed.add(port);
    }
  }
  return nodes;
}

function withMode(node: NodeJson, mode: NodeJson["mode"]): NodeJson {
  if (mode === undefined || node.mode === "mute" || node.mode === mode) return node;
  return { ...node, mode };
}

function unpackExposed(
  { exposed }: WorkflowJson,
  instance: string,
  definition: DefinitionJson,
  nameOf: (id: string) => string,
): { readonly [name: string]: string | readonly string[] } | undefined {
  if (!exposed) return undefined;
  const inside = (text: string): readonly string[] => {
    const address = readAddress(text);
    if (!address || address.node !== instance) return [text];
    return [definition.exposed?.[address.port] ?? []].flat().map((inner) => {
      const { node, port } = readAddress(inner) ?? { node: "", port: "" };
      return `${nameOf(node)}.${port}`;
    });
  };
  return Object.fromEntries(
    Object.entries(exposed).flatMap(([name, value]): [string, string | readonly string[]][] => {
      const found = [value].flat().flatMap(inside);
      if (found.length === 0) return [];
      return [[name, typeof value === "string" && found.length === 1 ? found[0]! : found]];
    }),
  );
}

/** The document without a definition that nothing stands for any more. */
export function withoutUnused(workflow: WorkflowJson, definition: string): WorkflowJson {
  const { [definition]: _, ...others } = workflow.definitions ?? {};
  const levels = [workflow.nodes, ...Object.values(others).map(({ nodes }) => nodes)];
  const used = levels.some((nodes) => Object.values(nodes).some(({ type }) => definitionOf(type) === definition));
  if (used) return workflow;
  if (Object.keys(others).length > 0) return { ...workflow, definitions: others };
  const { definitions: __, ...rest } = workflow;
  return rest;
}
