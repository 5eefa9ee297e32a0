import type { Environment } from "./environment.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { paramSocketType } from "./param.ts";
import type { Report } from "./report.ts";
import type { SocketType } from "./socket.ts";
import { clash, describeType, findConverter, fits, resolveType, unify } from "./types.ts";

export type Types = { readonly [port: string]: SocketType };

/** Follows types along the links in topological order, reports every link that does not fit, and gives every output's type. */
export function checkTypes(
  order: readonly string[],
  graph: Graph,
  environment: Environment<never>,
  report: Report,
): ReadonlyMap<string, Types> {
  const outputs = new Map<string, Types>();
  for (const id of order) {
    const node = graph.get(id)!;
    const variables = checkInputs(node, outputs, environment, report);
    const types: { [port: string]: SocketType } = {};
    for (const [port, { type }] of Object.entries(node.definition.outputs))
      types[port] = bind(resolveType(type, node.pack), variables);
    outputs.set(id, types);
  }
  return outputs;
}

/** What the node's variables stand for, given what is linked to it. */
function checkInputs(
  node: GraphNode,
  outputs: ReadonlyMap<string, Types>,
  environment: Environment<never>,
  report: Report,
): Map<string, SocketType> {
  const variables = new Map<string, SocketType>();
  for (const { port, param, source } of node.links) {
    const has = outputs.get(source.node)?.[source.port];
    if (!has) continue;
    const declared = param ? paramSocketType(param)! : resolveType(node.definition.inputs[port]!.type, node.pack);
    const needs = bind(declared, variables);
    if (declared.kind === "variable") {
      const one = unify(has, needs);
      if (one) {
        variables.set(declared.name ?? "", one);
        continue;
      }
    } else if (fits(has, needs)) continue;
    report.error(
      "wrong-type",
      { node: node.id, port },
      `"${node.id}.${port}" needs ${describeType(needs)}, but "${source.node}.${source.port}" gives ${describeType(has)}.`,
      remedy(has, needs, environment),
    );
  }
  return variables;
}

function bind(type: SocketType, variables: ReadonlyMap<string, SocketType>): SocketType {
  return type.kind === "variable" ? (variables.get(type.name ?? "") ?? type) : type;
}

function remedy(has: SocketType, needs: SocketType, { catalogue }: Environment<never>): string {
  const fact = has.kind === needs.kind ? clash(has, needs) : undefined;
  if (fact !== undefined) return `The two have to agree in ${fact}: choose the same model pack on both sides.`;
  const converter = findConverter(catalogue, has, needs);
  return converter
    ? `Put a ${converter} node between them.`
    : `Link an output that gives ${describeType(needs)} instead; no node turns one into the other.`;
}
