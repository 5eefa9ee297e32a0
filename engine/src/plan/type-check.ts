import { inputOf, outputOf } from "../catalogue/declared.ts";
import type { AnyEnvironment } from "../catalogue/environment.ts";
import { findConverter } from "../catalogue/find-converter.ts";
import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { paramSocketType } from "../catalogue/param.ts";
import type { Report } from "../document/report.ts";
import type { PackFacts } from "../kinds/pack-facts.ts";
import type { Refinement, SocketType } from "../kinds/socket.ts";
import { clash, describeType, fits, resolveType, sharedFacts, unify } from "../kinds/types.ts";
import type { Graph, GraphNode } from "./graph.ts";

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
    const known = decided === nothing ? undecided.get(definition)?.get(pack) : undefined;
    const types = known ?? outputTypes(node, decided);
    outputs[place] = types;
    if (known || decided !== nothing) continue;
    const ofType = undecided.get(definition) ?? new Map<PackFacts | undefined, Types>();
    undecided.set(definition, ofType.set(pack, types));
  }
  return outputs;
}

function outputTypes({ definition, pack }: GraphNode, { variables, shared }: Decided): Types {
  const types: { [port: string]: SocketType } = {};
  for (const port in definition.outputs)
    types[port] = bind(resolveType(outputOf(definition, port).type, pack, shared), variables);
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
    const has = outputs[source.place]?.[sourcePort];
    if (!has) continue;
    const declared = param ? paramSocketType(param)! : inputOf(node.definition, port).type;
    const needs = bind(resolveType(declared, node.pack, shared), variables);
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
      `"${node.id}.${port}" needs ${describeType(needs)}, but "${source.id}.${sourcePort}" gives ${describeType(has)}.`,
      remedy(has, needs, environment),
    );
  }
  return variables || shared ? { variables, shared } : nothing;
}

function bind(type: SocketType, variables: Variables): SocketType {
  return type.kind === "variable" ? (variables?.get(type.name ?? "") ?? type) : type;
}

function remedy(has: SocketType, needs: SocketType, { catalogue }: AnyEnvironment): string {
  const fact = has.kind === needs.kind ? clash(has, needs) : undefined;
  if (fact !== undefined)
    return `The two have to agree in ${fact}: choose the same model pack on both sides, or, if it is the same, another output.`;
  const converter = findConverter(catalogue, has, needs);
  return converter
    ? `Put a ${converter} node between them.`
    : `Link an output of type ${describeType(needs)} instead; no node turns one into the other.`;
}
