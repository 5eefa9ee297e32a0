import { type AnyNodeDefinition, definitionOf, inputOf, type NodeJson, outputOf } from "@clipwork/engine";

/**
 * Whether a bypassed node has something to stand for each of its outputs: what is linked to its first input of the same kind, and for an instance of a
 * subgraph to the first linked one, as the engine decides it.
 */
export function passesOn(
  { type, inputs = {} }: Pick<NodeJson, "type" | "inputs">,
  definition: AnyNodeDefinition,
): boolean {
  const isLinked = (port: string) => Object.hasOwn(inputs, port);
  const isInstance = definitionOf(type) !== undefined;
  const counting = Object.keys(definition.inputs).filter((port) => !isInstance || isLinked(port));
  return Object.keys(definition.outputs).every((port) => {
    const { kind } = outputOf(definition, port).type;
    const first = counting.find((input) => inputOf(definition, input).type.kind === kind);
    return first !== undefined && isLinked(first);
  });
}
