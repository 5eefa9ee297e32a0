import { named } from "../fields/named.ts";
import { PackError } from "../fields/pack-error.ts";
import { bytesField, fieldsOf, numberField } from "../pack/protobuf.ts";
import { graph, model, parameterOf } from "./graph-parameters.ts";
import type { StoredTensor } from "./tensor-file.ts";

/** The numbers of a parameter as they are stored. */
export type Bound = StoredTensor & {
  /** Whether the tensor is the parameter's transpose. */
  readonly transposed?: boolean;
  /** Of 8-bit numbers: what those of each row are multiples of. */
  readonly scales?: StoredTensor;
};

/** The name in the pack of each file of weights, by its path. */
export type FileNames = { readonly [path: string]: string };

/** ONNX's numbers of the types that a graph can take weights of (TensorProto.DataType). */
const onnxTypes: { readonly [type: string]: number } = { F32: 1, F16: 10, F64: 11, BF16: 16 };
const [float32, int8] = [1, 3];

const tensor = { dims: 1, dataType: 2, name: 8, externalData: 13, dataLocation: 14 } as const;
const external = 1;

/**
 * The ONNX model whose weights are those tensors where they lie: each parameter of the template becomes an initialiser whose
 * external data is the place of its tensor. A tensor that is not float32, or is transposed, stays as it is stored, and a Cast or a
 * Transpose follows; 8-bit numbers are multiplied with their scales in every run (DequantizeLinear), so that only they are kept. Everything else of the template is kept as it is. Throws PackError if ONNX does not take a tensor's type.
 */
export function bindGraph(template: Uint8Array, bound: ReadonlyMap<string, Bound>, names: FileNames): Uint8Array {
  const parts = [...fieldsOf(template)].map((field) =>
    field.number === model.graph ? bytesField(model.graph, ...boundGraph(field.content, bound, names)) : field.whole,
  );
  return Buffer.concat(parts);
}

function boundGraph(content: Uint8Array, bound: ReadonlyMap<string, Bound>, names: FileNames): Uint8Array[] {
  const readers: Uint8Array[] = [];
  const rest = [...fieldsOf(content)].map((field) => {
    const parameter = parameterOf(field)?.name;
    if (parameter === undefined) return field.whole;
    const stored = bound.get(parameter);
    if (!stored) throw new Error(`Bug: the template takes "${parameter}", for which no tensor was found.`);
    if (stored.scales) {
      const names8 = [`${parameter}.int8`, `${parameter}.scale`] as const;
      readers.push(node("DequantizeLinear", names8, parameter, intAttribute("axis", 0)));
      return Buffer.concat([initializer(names8[0], stored, names), initializer(names8[1], stored.scales, names)]);
    }
    checkType(parameter, stored);
    const steps = [
      ...(stored.type === "F32" ? [] : [{ type: "Cast", attribute: intAttribute("to", float32) }]),
      ...(stored.transposed ? [{ type: "Transpose", attribute: intsAttribute("perm", [1, 0]) }] : []),
    ];
    const values = steps.map((_, i) => (i === 0 ? `${parameter}.stored` : `${parameter}.cast`));
    for (const [i, { type, attribute }] of steps.entries())
      readers.push(node(type, [values[i]!], values[i + 1] ?? parameter, attribute));
    return initializer(values[0] ?? parameter, stored, names);
  });
  // Nodes stand in the order in which they can run.
  return [...readers, ...rest];
}

function checkType(name: string, { file, type }: Bound): void {
  if (Object.hasOwn(onnxTypes, type)) return;
  throw new PackError(
    `${JSON.stringify(name)} in ${file} is of type ${type}, and weights can be of ${Object.keys(onnxTypes).join(", ")}.`,
    "Download the weights in one of these types.",
  );
}

function initializer(name: string, { file, type, shape, offset, bytes }: Bound, names: FileNames): Uint8Array {
  const place = { location: named(names, file), offset: String(offset), length: String(bytes) };
  return bytesField(
    graph.initializer,
    ...shape.map((size) => numberField(tensor.dims, size)),
    numberField(tensor.dataType, type === "I8" ? int8 : named(onnxTypes, type)),
    bytesField(tensor.name, name),
    ...Object.entries(place).map(([key, value]) =>
      bytesField(tensor.externalData, bytesField(1, key), bytesField(2, value)),
    ),
    numberField(tensor.dataLocation, external),
  );
}

function node(type: string, inputs: readonly string[], output: string, attribute: Uint8Array): Uint8Array {
  return bytesField(
    graph.node,
    ...inputs.map((input) => bytesField(1, input)),
    bytesField(2, output),
    bytesField(3, output),
    bytesField(4, type),
    attribute,
  );
}

// AttributeProto: name, i, ints, type.
const intAttribute = (name: string, value: number) =>
  bytesField(5, bytesField(1, name), numberField(3, value), numberField(20, 2));
const intsAttribute = (name: string, values: readonly number[]) =>
  bytesField(5, bytesField(1, name), ...values.map((value) => numberField(8, value)), numberField(20, 7));
