import { type Field, fieldsOf } from "../pack/protobuf.ts";
import { inputNames } from "../stages/inputs.ts";

/** Fields of ONNX's messages (onnx.proto), by number. */
export const model = { graph: 7 } as const;
export const graph = { node: 1, initializer: 5, input: 11 } as const;

/** A weight that a template takes: an input of its graph that is none of the format's. */
export type Parameter = { readonly name: string; readonly shape: readonly number[] };

const vocabulary: ReadonlySet<string> = new Set(inputNames);

/** The parameters of a template's graph by name, with their shapes. Throws RangeError if the bytes are no ONNX model. */
export function parametersOf(template: Uint8Array): ReadonlyMap<string, readonly number[]> {
  const graphs = [...fieldsOf(template)].filter(({ number }) => number === model.graph);
  const parameters = graphs.flatMap(({ content }) =>
    [...fieldsOf(content)].flatMap((field) => parameterOf(field) ?? []),
  );
  return new Map(parameters.map(({ name, shape }) => [name, shape]));
}

/** The parameter that a field of a graph declares; undefined for any other field. */
export function parameterOf(field: Field): Parameter | undefined {
  if (field.number !== graph.input) return undefined;
  const name = Buffer.from(inside(field.content, 1)[0] ?? []).toString("utf8");
  if (vocabulary.has(name)) return undefined;
  // ValueInfoProto.type, TypeProto.tensor_type, its shape, and the value of each of its dimensions.
  const [type = new Uint8Array()] = inside(field.content, 2);
  const [tensor = new Uint8Array()] = inside(type, 1);
  const [shape = new Uint8Array()] = inside(tensor, 2);
  return { name, shape: inside(shape, 1).map(sizeOf) };
}

const sizeOf = (dimension: Uint8Array) => [...fieldsOf(dimension)].find(({ number }) => number === 1)?.value ?? 0;

/** The contents of a message's fields of that number. */
function inside(message: Uint8Array, number: number): Uint8Array[] {
  return [...fieldsOf(message)].filter((field) => field.number === number).map(({ content }) => content);
}
