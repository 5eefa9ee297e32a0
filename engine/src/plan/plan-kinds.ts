import type { AnyNodeDefinition } from "../catalogue/node.ts";
import { itemAt } from "../document/lookup.ts";
import type { Kind } from "../kinds/kind.ts";
import type { Socket } from "../kinds/socket.ts";
import { fits } from "../kinds/types.ts";
import type { AnyPlan, AnyPlanNode } from "./plan.ts";

/**
 * The kind of the values at a node's output or, where it has none of that name, at its input. Undefined where the plan has no
 * such node or port.
 */
export type KindFinder = (node: string, port: string) => Kind | undefined;

type Variables = { readonly [name: string]: Kind };

const none: Variables = Object.freeze({});

const finders = new WeakMap<AnyPlan, KindFinder>();

/** Finds the kinds of a plan's values. What a socket of a variable kind carries follows from what is linked to its node. */
export function planKinds(plan: AnyPlan): KindFinder {
  const finder = finders.get(plan) ?? findKinds(plan);
  finders.set(plan, finder);
  return finder;
}

function findKinds({ nodes }: AnyPlan): KindFinder {
  const places = new Map<string, number>();
  /** What the variables of a node stand for, by its place; most nodes have none. */
  const variables = new Map<number, Variables>();
  const having = new Map<AnyNodeDefinition, boolean>();
  for (const [place, { id, definition, links }] of nodes.entries()) {
    places.set(id, place);
    const has = having.get(definition) ?? Object.values(definition.inputs).some(isVariable);
    having.set(definition, has);
    if (!has) continue;
    let bound = none;
    for (const { port, source, sourcePort } of links) {
      const socket = definition.inputs[port];
      if (!socket || !isVariable(socket)) continue;
      const name = variableOf(socket);
      const kind = kindAt(itemAt(nodes, source), sourcePort, variables.get(source))!;
      bound = { ...bound, [name]: wider(bound[name], kind) };
    }
    variables.set(place, bound);
  }
  return (id, port) => {
    const place = places.get(id);
    return place === undefined ? undefined : kindAt(itemAt(nodes, place), port, variables.get(place));
  };
}

function kindAt({ definition }: AnyPlanNode, port: string, variables = none): Kind | undefined {
  const { inputs, outputs } = definition;
  const socket = Object.hasOwn(outputs, port) ? outputs[port] : Object.hasOwn(inputs, port) ? inputs[port] : undefined;
  return socket && ((isVariable(socket) && variables[variableOf(socket)]) || socket.of);
}

function isVariable({ type }: Socket): boolean {
  return type.kind === "variable";
}

function variableOf({ type }: Socket): string {
  return type.name ?? "";
}

/** Of two kinds that validation let share a variable, the one that takes the values of both. */
function wider(a: Kind | undefined, b: Kind): Kind {
  return a && a.kind !== "variable" && (b.kind === "variable" || !fits({ kind: a.kind }, { kind: b.kind })) ? a : b;
}
