import { itemAt } from "../document/lookup.ts";
import { type Incoming, movedTo } from "./items.ts";
import { readInputs } from "./read-inputs.ts";
import type { Moved, NodeState, Ref } from "./state.ts";

/**
 * Calls a node that only moves values with the places of one item's inputs, and returns those of its outputs. Throws
 * whatever the node throws, and an Error if it returns anything it was not given.
 */
export function moveItem<E>(node: NodeState<E>, incoming: readonly Incoming<E>[], item: number): Moved<E> {
  const { definition } = node.plan;
  const { inputs, params } = readInputs(node.plan, (link) => {
    const values = node.selected?.get(link);
    return values ? [values[values.length === 1 ? 0 : item]] : itemAt(incoming, link);
  });
  const result = Object(definition.run!(inputs as never, params as never, undefined as never));
  const given = new Set<unknown>(incoming.flat());
  const moved: { [port: string]: readonly Ref<E>[] } = {};
  for (const [port, { list }] of Object.entries(definition.outputs)) {
    const refs = list ? result[port] : [result[port]];
    if (!Array.isArray(refs) || refs.length === 0 || refs.some((ref) => !given.has(ref)))
      throw new Error(`The node type ${definition.type} is faulty: "${port}" holds what it was not given.`);
    moved[port] = refs;
  }
  return moved;
}

/** The outputs of all items of a node, each list in item order. */
export function joinMoved<E>(items: readonly Moved<E>[]): Moved<E> {
  const ports = Object.keys(itemAt(items, 0));
  return Object.fromEntries(ports.map((port) => [port, items.flatMap((moved) => movedTo(moved, port))]));
}
