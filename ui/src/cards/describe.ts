import type { NodeDefinition, NodeJson, Param, WorkflowJson } from "@clipwork/engine";
import { describeType, isGiven, paramSocketType, resolveType } from "@clipwork/engine";
import { endOf } from "../document/edit.ts";
import type { Known } from "../document/environment.ts";
import { isShown } from "../document/shown-params.ts";

/** A port as a node's card shows it. */
export type PortFace = {
  readonly name: string;
  readonly kind: string;
  /** Its type in words. */
  readonly type: string;
  readonly summary: string;
  readonly optional: boolean;
  readonly list: boolean;
};

/** A parameter as a node's card shows it. */
export type ParamFace = {
  readonly name: string;
  readonly param: Param;
  readonly value: unknown;
  readonly link?: string;
  readonly linkable: boolean;
};

/** What a node's card shows. A node of an unknown type shows what the document says of it. */
export type Face = {
  readonly title: string;
  readonly group: string;
  readonly summary: string;
  readonly known: boolean;
  readonly inputs: readonly PortFace[];
  readonly outputs: readonly PortFace[];
  readonly params: readonly ParamFace[];
  /** How many more parameters the type has that are not shown. */
  readonly hidden: number;
  /** The largest place that one of its kinds asks for. */
  readonly hero: "square" | "strip" | undefined;
};

/**
 * Describes the node's card. Parameters that only keep to their defaults are left out unless `open`, and so are outputs that the node does
 * not give with its pack, unless links lead from them.
 */
export function faceOf(
  node: NodeJson,
  { catalogue, packs }: Known,
  open: boolean,
  usedOutputs: readonly string[],
): Face {
  const definition = catalogue.get(node.type);
  if (!definition) return unknownFace(node, usedOutputs);
  const all = Object.entries(definition.params).map(([name, param]) => paramFace(node, name, param));
  const matters = all.filter(({ name, param }) => isShown(node, name, param));
  const pack = packOf(node, definition, packs);
  const outputs = Object.entries(definition.outputs).filter(
    ([port, socket]) => !pack || isGiven(socket, pack.refinements) || usedOutputs.includes(port),
  );
  return {
    title: definition.title,
    group: definition.type.split(".")[0]!,
    summary: definition.summary,
    known: true,
    inputs: portFaces(definition.inputs, pack),
    outputs: portFaces(Object.fromEntries(outputs), pack),
    params: open ? all : matters,
    hidden: all.length - matters.length,
    hero: heroOf(definition),
  };
}

/** What is known of the pack that the node names; undefined if it has none, or none that can be used. */
function packOf({ params = {} }: NodeJson, definition: NodeDefinition, packs: Known["packs"]) {
  const param = Object.entries(definition.params).find(([, { kind }]) => kind === "pack");
  const name = param && (params[param[0]] ?? param[1].default);
  const pack = packs.find((one) => one.name === name);
  return pack && "facts" in pack ? pack.facts : undefined;
}

function portFaces(sockets: NodeDefinition["inputs"], pack: ReturnType<typeof packOf>): PortFace[] {
  return Object.entries(sockets).map(([name, { type, summary, optional, list }]) => ({
    name,
    kind: type.kind,
    type: describeType(resolveType(type, { pack })),
    summary,
    optional,
    list,
  }));
}

function paramFace({ params = {}, inputs = {} }: NodeJson, name: string, param: Param): ParamFace {
  const value = Object.hasOwn(params, name) ? params[name] : param.default;
  const linkable = paramSocketType(param) !== undefined;
  const link = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  return link === undefined ? { name, param, value, linkable } : { name, param, value, linkable, link: String(link) };
}

function heroOf({ inputs, outputs, run }: NodeDefinition): Face["hero"] {
  const places = Object.values(run ? outputs : inputs).map(({ of }) => of.card);
  return places.includes("square") ? "square" : places.find((place) => place !== undefined);
}

function unknownFace(node: NodeJson, usedOutputs: readonly string[]): Face {
  const port = (name: string): PortFace => ({
    name,
    kind: "unknown",
    type: "unknown type",
    summary: "",
    optional: false,
    list: false,
  });
  return {
    title: node.type,
    group: "unknown",
    summary: "This server does not know this type of node. It is kept as it is.",
    known: false,
    inputs: Object.keys(node.inputs ?? {}).map(port),
    outputs: usedOutputs.map(port),
    params: [],
    hidden: 0,
    hero: undefined,
  };
}

/** Whether the type is known and has the same outputs with every pack. */
export function hasCertainOutputs(definition: NodeDefinition | undefined): boolean {
  return definition !== undefined && Object.values(definition.outputs).every(({ whenPack }) => whenPack === undefined);
}

/** The outputs of the node that links lead from: all that a card shows of a type that is not known, or whose pack gives others. */
export function usedOutputs({ nodes }: WorkflowJson, id: string): readonly string[] {
  let used = usedIn.get(nodes);
  if (!used) {
    used = allUsed(nodes);
    usedIn.set(nodes, used);
  }
  return used.get(id) ?? [];
}

/** What was found of the nodes of each document: every card asks, and moving cards leaves it as it is. */
const usedIn = new WeakMap<WorkflowJson["nodes"], ReadonlyMap<string, readonly string[]>>();

function allUsed(nodes: WorkflowJson["nodes"]): ReadonlyMap<string, readonly string[]> {
  const used = new Map<string, string[]>();
  for (const { inputs } of Object.values(nodes))
    for (const link of Object.values(inputs ?? {})) {
      const end = endOf(link);
      if (!end) continue;
      const ports = used.get(end.node);
      if (!ports) used.set(end.node, [end.port]);
      else if (!ports.includes(end.port)) ports.push(end.port);
    }
  return used;
}

/** A parameter's value in few words. */
export function shortValue(value: unknown): string {
  if (value === null || value === "") return "default";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
  if (typeof value === "string") return value.startsWith("asset:") ? "picture" : value;
  return JSON.stringify(value);
}
