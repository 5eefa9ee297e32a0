import { inputOf, outputOf } from "../catalogue/declared.ts";
import type { AnyEnvironment } from "../catalogue/environment.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { paramSocketType } from "../catalogue/param.ts";
import type { Report } from "../document/report.ts";
import { listNames, show } from "../document/wording.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import { isOfSettings } from "../kinds/resolve-fact.ts";
import { isGiven, type Refinement, type SocketType } from "../kinds/socket.ts";
import { describeType, fits, resolveType, sharedFacts, unify } from "../kinds/types.ts";
import { clashRemedy, packNames } from "./clash-remedy.ts";
import type { Graph, GraphNode, Output } from "./graph.ts";
import { isCarried } from "./rounds.ts";
import { settingsOf } from "./settings-of.ts";

export type Types = { readonly [port: string]: SocketType };

/**
 * Follows types along the links of nodes in topological order, reports every link that does not fit, and returns the types
 * of each node's outputs, indexed by the node's place.
 */
export function checkTypes(
  order: readonly GraphNode[],
  graph: Graph,
  environment: AnyEnvironment,
  report: Report,
): readonly (Types | undefined)[] {
  const outputs = new Array<Types | undefined>(graph.size);
  /** The types of nodes whose links decide nothing, which all nodes of one type and pack share. */
  const undecided = new Map<AnyNodeDefinition, Map<PackFacts | undefined, Types>>();
  for (const node of order) {
    const decided = checkInputs(node, outputs, environment, report);
    const { definition, pack, place } = node;
    const isShared = decided === nothing && !isDecidedBySettings(definition);
    const known = isShared ? undecided.get(definition)?.get(pack) : undefined;
    const types = known ?? outputTypes(node, decided, environment);
    outputs[place] = types;
    if (known || !isShared) continue;
    const ofType = undecided.get(definition) ?? new Map<PackFacts | undefined, Types>();
    undecided.set(definition, ofType.set(pack, types));
  }
  return outputs;
}

const bySettings = new WeakMap<AnyNodeDefinition, boolean>();

/** Whether the types of the node's outputs depend on what its parameters are set to. */
function isDecidedBySettings(definition: AnyNodeDefinition): boolean {
  const known = bySettings.get(definition);
  if (known !== undefined) return known;
  const facts = Object.values(definition.outputs).flatMap(({ type }) => Object.values(type.refine ?? {}));
  const found = facts.some(isOfSettings);
  bySettings.set(definition, found);
  return found;
}

function outputTypes(node: GraphNode, { variables, shared }: Decided, environment: AnyEnvironment): Types {
  const { definition, pack } = node;
  const types: { [port: string]: SocketType } = {};
  const lookup = { pack, shared, settings: settingsOf(node, environment) };
  for (const port in definition.outputs) {
    const output = outputOf(definition, port);
    if (isGiven(output, pack?.refinements)) types[port] = bind(resolveType(output.type, lookup), variables);
  }
  return types;
}

/** What variables stand for. */
type Variables = ReadonlyMap<string, SocketType> | undefined;

/** What the links of a node decide of its types; absent if they decide nothing, as for most nodes. */
type Decided = { readonly variables: Variables; readonly shared: Map<string, Refinement> | undefined };

/** Shared by the many nodes whose types are not open. */
const nothing: Decided = Object.freeze({ variables: undefined, shared: undefined });

/** What the node's variables stand for and what its sockets share, given what is linked to it. */
function checkInputs(
  node: GraphNode,
  outputs: readonly (Types | undefined)[],
  environment: AnyEnvironment,
  report: Report,
): Decided {
  let variables: Map<string, SocketType> | undefined;
  let shared: Map<string, Refinement> | undefined;
  for (const { port, param, source, sourcePort } of node.links) {
    const given = outputs[source.place];
    if (!given) continue;
    const has = given[sourcePort];
    if (!has) {
      reportAbsent(node.id, port, { source, sourcePort }, environment, report);
      continue;
    }
    const declared = param ? paramSocketType(param)! : inputOf(node.definition, port).type;
    const lookup = { pack: node.pack, shared, settings: settingsOf(node, environment) };
    const needs = bind(resolveType(declared, lookup), variables);
    if (declared.kind === "variable") {
      const one = unify(has, needs);
      if (one) {
        variables ??= new Map();
        variables.set(declared.name ?? "", one);
        continue;
      }
    } else if (fits(has, needs)) {
      for (const [name, fact] of sharedFacts(declared, has)) {
        shared ??= new Map();
        shared.set(name, fact);
      }
      continue;
    }
    report.error(
      "wrong-type",
      { node: node.id, port },
      `"${node.id}.${port}" needs ${describeType(needs, has)}, but "${source.id}.${sourcePort}" gives ${describeType(has, needs)}.`,
      isCarried(source.id, node.id)
        ? "A round is fed what the one before gave: let the loop give the type that it takes, or call one of the two ports otherwise."
        : clashRemedy(has, { ...node, port, declared, needs, source, sourcePort }, environment),
    );
  }
  return variables || shared ? { variables, shared } : nothing;
}

function bind(type: SocketType, variables: Variables): SocketType {
  return type.kind === "variable" ? (variables?.get(type.name ?? "") ?? type) : type;
}

/** An output that its node would give with another pack. */
function reportAbsent(
  id: string,
  port: string,
  { source, sourcePort }: Output,
  { packs }: AnyEnvironment,
  report: Report,
): void {
  if (!source.pack) return;
  const output = outputOf(source.definition, sourcePort);
  report.error(
    "dangling-link",
    { node: id, port },
    `"${id}.${port}" is linked to "${source.id}.${sourcePort}", which there is not with the pack ${show(source.pack.name)}.`,
    () => {
      const names = packNames(packs, (pack) => isGiven(output, pack.refinements));
      const others = Object.keys(source.definition.outputs).filter((other) => other !== sourcePort);
      return `Link ${others.length === 1 ? "its output" : "one of its outputs"} ${listNames(others)} instead, or choose a pack that has it${names === "" ? "" : `: ${names}`}.`;
    },
  );
}
