import {
  type DefinitionJson,
  definitionOf,
  freeName,
  inputsId,
  type NodeJson,
  type WorkflowJson,
} from "@clipwork/engine";
import { endOf } from "./edit.ts";

/** What the ports panel lists of a subgraph: its inputs, its outputs, and the parameters that it exposes. */
export type PortSide = "inputs" | "outputs" | "exposed";

/** Why a name cannot be that of a port of a definition, or undefined. */
export function refusedName(definition: DefinitionJson, side: PortSide, name: string): string | undefined {
  if (!/^[a-zA-Z][a-zA-Z0-9]{0,63}$/.test(name)) return "A name has letters and digits, and begins with a letter.";
  return isTaken(definition, side, name) ? `There is already one called ${name}.` : undefined;
}

/** An input and a parameter cannot have one name: both are set at the instance. */
function isTaken({ inputs = {}, outputs = {}, exposed = {} }: DefinitionJson, side: PortSide, name: string): boolean {
  return side === "outputs"
    ? Object.hasOwn(outputs, name)
    : Object.hasOwn(inputs, name) || Object.hasOwn(exposed, name);
}

/** The document with one more port, called `wanted` if that is free. */
export function addPort(whole: WorkflowJson, id: string, side: "inputs" | "outputs", wanted: string): WorkflowJson {
  const definition = whole.definitions![id]!;
  const name = freeName(wanted, (name) => isTaken(definition, side, name));
  return withDefinition(whole, id, { ...definition, [side]: { ...definition[side], [name]: {} } });
}

/** The document with the port one place further up or down its list. */
export function movePort(whole: WorkflowJson, id: string, side: PortSide, name: string, by: 1 | -1): WorkflowJson {
  const definition = whole.definitions![id]!;
  const list = Object.entries(definition[side] ?? {});
  const at = list.findIndex(([port]) => port === name);
  const to = at + by;
  if (at < 0 || to < 0 || to >= list.length) return whole;
  const [one] = list.splice(at, 1);
  list.splice(to, 0, one!);
  return withDefinition(whole, id, { ...definition, [side]: Object.fromEntries(list) });
}

/**
 * The document in which a port has another name, or with `to` undefined, none: inside the definition, at every instance of it and in every link.
 */
export function renamePort(
  whole: WorkflowJson,
  id: string,
  side: PortSide,
  from: string,
  to: string | undefined,
): WorkflowJson {
  const definition = whole.definitions![id]!;
  const ports = Object.entries(definition[side] ?? {}).flatMap(([name, port]) => renamed(name, from, to, port));
  const nodes =
    side === "inputs"
      ? mapValues(definition.nodes, (node) =>
          relinked(node, (link) => (link === `${inputsId}.${from}` ? moved(inputsId, to) : link)),
        )
      : definition.nodes;
  const outputs =
    side === "inputs" ? dropped(definition.outputs, `${inputsId}.${from}`, moved(inputsId, to)) : undefined;
  const now = withDefinition(whole, id, {
    ...definition,
    nodes,
    ...(outputs && { outputs }),
    [side]: Object.fromEntries(ports),
  });
  const outside = (nodes: WorkflowJson["nodes"]) => renamedOutside(nodes, id, side, from, to);
  return {
    ...now,
    nodes: outside(now.nodes),
    ...(now.exposed && side === "exposed" && { exposed: renamedExposed(now.exposed, now.nodes, id, from, to) }),
    definitions: mapValues(now.definitions!, (other) => ({
      ...other,
      nodes: outside(other.nodes),
      ...(other.exposed && side === "exposed" && { exposed: renamedExposed(other.exposed, other.nodes, id, from, to) }),
      ...(other.outputs && side === "outputs" && { outputs: renamedOutputs(other, id, from, to) }),
    })),
  };
}

/** One level of the document, in which instances of the definition are linked and set by the name. */
function renamedOutside(
  nodes: WorkflowJson["nodes"],
  id: string,
  side: PortSide,
  from: string,
  to: string | undefined,
): WorkflowJson["nodes"] {
  const isOne = (node: NodeJson | undefined) => node !== undefined && definitionOf(node.type) === id;
  return mapValues(nodes, (node) => {
    if (side === "outputs")
      return relinked(node, (link) => {
        const end = endOf(link);
        return end?.port === from && isOne(nodes[end.node]) ? moved(end.node, to) : link;
      });
    if (!isOne(node)) return node;
    const inputs =
      node.inputs &&
      Object.fromEntries(Object.entries(node.inputs).flatMap(([port, link]) => renamed(port, from, to, link)));
    const params =
      node.params &&
      Object.fromEntries(Object.entries(node.params).flatMap(([name, value]) => renamed(name, from, to, value)));
    return { ...node, ...(inputs && { inputs }), ...(params && { params }) };
  });
}

function renamedExposed(
  exposed: NonNullable<WorkflowJson["exposed"]>,
  nodes: WorkflowJson["nodes"],
  id: string,
  from: string,
  to: string | undefined,
): NonNullable<WorkflowJson["exposed"]> {
  const change = (address: string) => {
    const end = endOf(address);
    const one = end?.port === from && definitionOf(nodes[end.node]?.type ?? "") === id;
    return one ? (moved(end.node, to) ?? []) : address;
  };
  return Object.fromEntries(
    Object.entries(exposed).flatMap(([name, value]): [string, string | readonly string[]][] => {
      const all = [value].flat().flatMap(change);
      return all.length === 0 ? [] : [[name, typeof value === "string" ? all[0]! : all]];
    }),
  );
}

function renamedOutputs({ outputs = {}, nodes }: DefinitionJson, id: string, port: string, to: string | undefined) {
  return Object.entries(nodes).reduce(
    (all, [instance, { type }]) =>
      definitionOf(type) === id ? (dropped(all, `${instance}.${port}`, moved(instance, to)) ?? all) : all,
    outputs,
  );
}

/** The outputs in which those that came from one address come from another one, or from none. */
function dropped(outputs: DefinitionJson["outputs"], from: string, to: string | undefined): DefinitionJson["outputs"] {
  if (!outputs) return undefined;
  return mapValues(outputs, (output) => {
    if (output.from !== from) return output;
    const { from: _, ...rest } = output;
    return to === undefined ? rest : { ...rest, from: to };
  });
}

function moved(node: string, port: string | undefined): string | undefined {
  return port === undefined ? undefined : `${node}.${port}`;
}

function renamed<V>(name: string, from: string, to: string | undefined, value: V): [string, V][] {
  if (name !== from) return [[name, value]];
  return to === undefined ? [] : [[to, value]];
}

/** The node with its links as `change` has them; undefined takes one away. */
function relinked(node: NodeJson, change: (link: string) => string | undefined): NodeJson {
  const links = Object.entries(node.inputs ?? {});
  if (links.every(([, link]) => change(link) === link)) return node;
  const now = links.flatMap(([port, link]): [string, string][] => {
    const to = change(link);
    return to === undefined ? [] : [[port, to]];
  });
  return { ...node, inputs: Object.fromEntries(now) };
}

/** The document with that definition in place of the one it has. */
export function withDefinition(whole: WorkflowJson, id: string, definition: DefinitionJson): WorkflowJson {
  return { ...whole, definitions: { ...whole.definitions, [id]: definition } };
}

function mapValues<V>(record: { readonly [name: string]: V }, change: (value: V) => V): { [name: string]: V } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
