import { paramOf } from "../catalogue/declared.ts";
import type { AnyEnvironment } from "../catalogue/environment.ts";
import { findNodeType, roundsParam } from "../catalogue/loop-nodes.ts";
import type { AnyNodeDefinition, NodeDefinition } from "../catalogue/node.ts";
import { type Param, type ParamValue, paramSocketType } from "../catalogue/param.ts";
import { definitionsWithin } from "../document/definitions-within.ts";
import { type Document, readDocument } from "../document/document.ts";
import type { Instance } from "../document/flatten.ts";
import { roundInput, roundsName } from "../document/loop.ts";
import type { Address } from "../document/read-node.ts";
import { type DefinitionJson, instanceType, type LoopKind, type WorkflowJson } from "../document/workflow-json.ts";
import { boolean, integer, type Kind, number, text, variable } from "../kinds/kind.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import type { Socket, SocketType } from "../kinds/socket.ts";
import { resolveType, unify } from "../kinds/types.ts";
import { packParam, typeNode } from "./graph.ts";
import type { Types } from "./type-check.ts";
import { validate } from "./validate.ts";

/** The node, outside, that gives the inputs of the instance that is looked at. It need not exist. */
const feeder = "feeder";

/**
 * A definition of a document as a node type, for those who draw and link instances: an input takes what all that it feeds inside takes, an
 * output gives what the node inside gives, the parameters are those that it exposes. Undefined if the document does not have the definition,
 * or if it cannot be unpacked. As a loop it has the parameter for its rounds too, and lists for the outputs that it collects.
 */
export function describeDefinition(
  workflow: WorkflowJson,
  id: string,
  environment: AnyEnvironment,
  loop?: LoopKind,
): NodeDefinition | undefined {
  const definition = workflow.definitions?.[id];
  if (!definition) return undefined;
  const ports = Object.keys(definition.inputs ?? {});
  const inputs = Object.fromEntries(ports.map((port) => [port, `${feeder}.${port}`]));
  const type = instanceType(id, loop);
  const nodes = { it: { type, version: 1, inputs, ...(loop && { params: { [roundsName]: 1 } }) } };
  const definitions = Object.fromEntries(
    [...definitionsWithin(workflow, id)].map((each) => [each, workflow.definitions![each]]),
  );
  const { document } = readDocument({ format: "clipwork/1", nodes, definitions });
  const instance = document?.instances.get("it");
  if (!document || !instance) return undefined;
  const looked: Looked = { document, environment, types: validate(document, environment).types() };
  const fed = socketsFed(looked);
  const outputs = Object.entries(definition.outputs ?? {}).map(([port, { summary = "" }]) => {
    const source = instance.outputs.get(port);
    return [port, { ...outputSocket(source, looked, fed), summary }] as const;
  });
  return {
    type,
    version: 1,
    title: instance.title,
    summary: `${loop ? loopWords[loop] : "A subgraph"} of ${count(Object.keys(definition.nodes).length, "node")}.`,
    inputs: Object.fromEntries(
      ports.map((port) => [
        port,
        {
          ...joined(port, fed.get(port) ?? [], environment),
          ...(loop && port === roundInput && { optional: true }),
          summary: definition.inputs![port]!.summary ?? "",
        },
      ]),
    ),
    outputs: Object.fromEntries(outputs),
    params: { ...(loop && { [roundsName]: roundsParam }), ...paramsOf(definition, instance, looked) },
    ...{ stages: [], optionalStages: [], arrays: [], optionalArrays: [], migrations: [] },
    run: neverRun,
  };
}

const loopWords = { repeat: "Rounds", while: "Rounds, as long as it says so," } as const;

type Looked = {
  readonly document: Document;
  readonly environment: AnyEnvironment;
  readonly types: ReadonlyMap<string, Types>;
};

/** What the inputs of the instance feed inside, by input. */
function socketsFed({ document, environment }: Looked): ReadonlyMap<string, Socket[]> {
  const fed = new Map<string, Socket[]>();
  for (const node of document.nodes.values()) {
    const typed = node.inputs.some(({ source }) => source.node === feeder) && typeNode(node, environment.catalogue);
    if (!typed) continue;
    const { definition, params, inputs } = typed;
    for (const { port, source } of inputs) {
      if (source.node !== feeder) continue;
      const socket = Object.hasOwn(definition.inputs, port)
        ? definition.inputs[port]
        : paramSocket(definition.params[port], environment);
      if (!socket) continue;
      const type = resolveType(socket.type, { pack: factsOf(definition, params, environment) });
      fed.set(source.port, [...(fed.get(source.port) ?? []), { ...socket, type }]);
    }
  }
  return fed;
}

function paramSocket(param: Param | undefined, environment: AnyEnvironment): Socket | undefined {
  const type = param && paramSocketType(param);
  return type && { type, of: kindNamed(type.kind, environment), summary: param.summary, optional: true, list: false };
}

/** Those of which a catalogue may have no socket. */
const kinds: ReadonlyMap<string, Kind> = new Map(
  [text, number, integer, boolean, variable].map((kind) => [kind.kind, kind as Kind]),
);

function factsOf(
  definition: AnyNodeDefinition,
  params: { readonly [name: string]: unknown },
  { packs }: AnyEnvironment,
): PackFacts | undefined {
  const port = packParam(definition);
  if (port === undefined) return undefined;
  const name = String(params[port] ?? paramOf(definition, port).default);
  const facts = Object.hasOwn(packs, name) ? packs[name] : undefined;
  return facts && "stages" in facts ? facts : undefined;
}

/** One socket for all that an input feeds. Where they clash, what is linked is checked at each of them. */
function joined(port: string, sockets: readonly Socket[], environment: AnyEnvironment): Socket {
  const own: SocketType = { kind: "variable", name: port };
  const type = sockets.reduce<SocketType | undefined>((all, { type }) => all && unify(all, nameless(type, own)), own);
  const found = type ?? own;
  return {
    type: found.kind === "variable" ? own : found,
    of: sockets.find(({ of }) => of.kind === found.kind)?.of ?? kindNamed(found.kind, environment),
    summary: "",
    optional: sockets.every(({ optional }) => optional),
    list: sockets.length > 0 && sockets.every(({ list }) => list),
  };
}

/** A variable of the node inside is one of the instance's own. */
function nameless(type: SocketType, own: SocketType): SocketType {
  return type.kind === "variable" ? own : type;
}

function outputSocket(
  source: Address | undefined,
  { document, environment, types }: Looked,
  fed: ReadonlyMap<string, readonly Socket[]>,
): Socket {
  if (source?.node === feeder) return joined(source.port, fed.get(source.port) ?? [], environment);
  const node = source && document.nodes.get(source.node);
  const output = node && findNodeType(environment.catalogue, node.type)?.outputs[source.port];
  if (!output) return { ...joined("", [], environment), optional: false };
  const type = types.get(source.node)?.[source.port] ?? output.type;
  const of = type.kind === output.of.kind ? output.of : kindNamed(type.kind, environment);
  return { type, of, summary: output.summary, optional: false, list: output.list };
}

function kindNamed(name: string, { catalogue }: AnyEnvironment): Kind {
  for (const { inputs, outputs } of catalogue.values())
    for (const { of } of [...Object.values(inputs), ...Object.values(outputs)]) if (of.kind === name) return of;
  return kinds.get(name) ?? variable;
}

/** The exposed parameters: each has the kind of the first that its name stands for, and what that says inside for a default. */
function paramsOf(
  { exposed = {} }: DefinitionJson,
  instance: Instance,
  { document, environment }: Looked,
): { [name: string]: Param } {
  return Object.fromEntries(
    Object.keys(exposed).flatMap((name): [string, Param][] => {
      const [first] = instance.parameter(name) ?? [];
      const node = first && document.nodes.get(first.node);
      const typed = node && typeNode(node, environment.catalogue);
      const param =
        typed && Object.hasOwn(typed.definition.params, first.port) ? typed.definition.params[first.port] : undefined;
      if (!typed || !param) return [];
      const inside = Object.hasOwn(typed.params, first.port) ? (typed.params[first.port] as ParamValue) : param.default;
      return [[name, { ...param, default: inside }]];
    }),
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function neverRun(): never {
  throw new Error("Bug: an instance of a subgraph is unpacked, and never run.");
}
