import { readAddress } from "../document/read-node.ts";
import {
  type DefinitionJson,
  inputsId,
  instanceType,
  type NodeJson,
  outputsId,
  type WorkflowJson,
} from "../document/workflow-json.ts";
import { freeName } from "./expose-inside.ts";
import { splitGroups } from "./groups.ts";

/** How the subgraph and its instance are to be called, and where the instance is drawn. */
export type PackNames = {
  /** The id of the definition, which the document does not have yet. */
  readonly definition: string;
  readonly title: string;
  /** The id of the instance, which no node that stays has. */
  readonly instance: string;
  readonly place?: unknown;
};

/**
 * Puts nodes into a subgraph and an instance of it in their place. What links lead in and out becomes a port: one for each output that
 * something inside needs, and one for each inner output that something outside needs. Exposed parameters stay exposed.
 */
export function packNodes(workflow: WorkflowJson, ids: ReadonlySet<string>, names: PackNames): WorkflowJson {
  const isInside = (id: string) => ids.has(id) && Object.hasOwn(workflow.nodes, id);
  const innerIds = innerNames([...ids].filter(isInside));
  const inputs = ports();
  const outputs = ports();

  const linksInside = (links: NodeJson["inputs"]) =>
    mapLinks(links, (port, link) => {
      const source = readAddress(link);
      if (!source) return link;
      if (isInside(source.node)) return `${innerIds.get(source.node)}.${source.port}`;
      return `${inputsId}.${inputs.nameOf(link, port)}`;
    });
  const linksOutside = (links: NodeJson["inputs"]) =>
    mapLinks(links, (_, link) => {
      const source = readAddress(link);
      if (!source || !isInside(source.node)) return link;
      return `${names.instance}.${outputs.nameOf(`${innerIds.get(source.node)}.${source.port}`, source.port)}`;
    });

  const inner: { [id: string]: NodeJson } = {};
  const outer: { [id: string]: NodeJson } = {};
  const layout: { [id: string]: unknown } = {};
  const outerLayout: { [id: string]: unknown } = { ...workflow.layout };
  let stands = false;
  for (const [id, node] of Object.entries(workflow.nodes)) {
    const links = isInside(id) ? linksInside(node.inputs) : linksOutside(node.inputs);
    const moved = links ? { ...node, inputs: links } : node;
    if (!isInside(id)) {
      outer[id] = moved;
      continue;
    }
    // It takes the place of its first node, so that the order of nodes stays.
    if (!stands) outer[names.instance] = { type: instanceType(names.definition), version: 1 };
    stands = true;
    inner[innerIds.get(id)!] = moved;
    if (Object.hasOwn(outerLayout, id)) layout[innerIds.get(id)!] = outerLayout[id];
    delete outerLayout[id];
  }
  if (!stands) return workflow;
  if (names.place !== undefined) outerLayout[names.instance] = names.place;
  const { exposed, own } = packExposed(workflow, isInside, innerIds, names.instance, inputs.taken);
  const fed = inputs.sources();
  const groups = workflow.groups && splitGroups(workflow.groups, innerIds);
  const definition: DefinitionJson = {
    title: names.title,
    nodes: inner,
    inputs: Object.fromEntries(fed.map(([, name]) => [name, {}])),
    outputs: Object.fromEntries(outputs.sources().map(([from, name]) => [name, { from }])),
    exposed: own,
    layout,
    ...(groups && Object.keys(groups.inside).length > 0 && { groups: groups.inside }),
  };
  if (fed.length > 0)
    outer[names.instance] = {
      ...outer[names.instance]!,
      inputs: Object.fromEntries(fed.map(([source, name]) => [name, source])),
    };
  return {
    ...workflow,
    nodes: outer,
    ...(exposed && { exposed }),
    ...(groups && { groups: groups.outside }),
    ...((workflow.layout || names.place !== undefined) && { layout: outerLayout }),
    definitions: { ...workflow.definitions, [names.definition]: definition },
  };
}

/** Names for what links come from, in the order in which they are asked for. */
function ports() {
  const bySource = new Map<string, string>();
  const taken = new Set<string>();
  return {
    taken,
    nameOf(source: string, wanted: string): string {
      const known = bySource.get(source);
      if (known !== undefined) return known;
      const name = freeName(wanted, (name) => taken.has(name));
      bySource.set(source, name);
      taken.add(name);
      return name;
    },
    sources: () => [...bySource],
  };
}

/** The ids of the nodes inside: their own, but for those that a definition keeps for itself. */
function innerNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set([...ids, inputsId, outputsId]);
  return new Map(
    ids.map((id) => {
      if (id !== inputsId && id !== outputsId) return [id, id];
      const name = freeName(id, (name) => taken.has(name));
      taken.add(name);
      return [id, name];
    }),
  );
}

/** The links, each as `change` has it; undefined where there are none or all stay. */
function mapLinks(
  links: NodeJson["inputs"],
  change: (port: string, link: string) => string,
): { readonly [port: string]: string } | undefined {
  if (!links) return undefined;
  const entries = Object.entries(links).map(([port, link]) => [port, change(port, link)] as const);
  return entries.some(([port, link]) => links[port] !== link) ? Object.fromEntries(entries) : undefined;
}

/** The document's exposed names with addresses of the instance, and the names under which the definition exposes its parameters. */
function packExposed(
  { exposed, nodes }: WorkflowJson,
  isInside: (id: string) => boolean,
  innerIds: ReadonlyMap<string, string>,
  instance: string,
  taken: Set<string>,
): { readonly exposed?: { [name: string]: string | readonly string[] }; readonly own: { [name: string]: string } } {
  const own: { [name: string]: string } = {};
  if (!exposed) return { own };
  const names = new Map<string, string>();
  const packed = (text: string): string | undefined => {
    const address = readAddress(text);
    if (!address || !isInside(address.node)) return text;
    // What a link feeds cannot be set, and a definition does not expose it.
    if (Object.hasOwn(nodes[address.node]!.inputs ?? {}, address.port)) return undefined;
    const known = names.get(text) ?? freeName(address.port, (name) => taken.has(name));
    if (!names.has(text)) {
      taken.add(known);
      names.set(text, known);
      own[known] = `${innerIds.get(address.node)}.${address.port}`;
    }
    return `${instance}.${known}`;
  };
  const all = Object.entries(exposed).flatMap(([name, value]) => {
    const found = [value].flat().flatMap((text) => packed(text) ?? []);
    return found.length === 0 ? [] : [[name, typeof value === "string" ? found[0]! : found] as const];
  });
  return { exposed: Object.fromEntries(all), own };
}
