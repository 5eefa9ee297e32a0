import { bytesField as bytes, numberField as number } from "../pack/protobuf.ts";

/** A graph's input: float32, or int32 token ids or codes; a size of "N" is rows. */
export type TinyInput = { readonly name: string; readonly shape: readonly (number | string)[]; readonly ids?: boolean };

const int32 = 6;
const float32 = 1;

function port(field: number, name: string, type: number, shape: TinyInput["shape"]): Uint8Array {
  const sizes = shape.map((size) => bytes(1, typeof size === "number" ? number(1, size) : bytes(2, size)));
  return bytes(field, bytes(1, name), bytes(2, bytes(1, number(1, type), bytes(2, ...sizes))));
}

function node(
  type: string,
  inputs: readonly string[],
  output: string,
  ...attributes: readonly Uint8Array[]
): Uint8Array {
  return bytes(1, ...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, type), ...attributes);
}

const ints = (name: string, values: readonly number[]) =>
  bytes(5, bytes(1, name), ...values.map((value) => number(8, value)), number(20, 7));
const int = (name: string, value: number) => bytes(5, bytes(1, name), number(3, value), number(20, 2));

/**
 * An ONNX model without weights, whose one output [N] is the sum, over its inputs, of the mean of each row, so that every
 * declared input matters. IR 8, opset 17.
 */
export function tinyGraph(inputs: readonly TinyInput[], output = "output"): Buffer {
  const nodes = inputs.flatMap(({ name, shape, ids }, index) => {
    const axes = shape.slice(1).map((_, axis) => axis + 1);
    const cast = ids ? [node("Cast", [name], `float${index}`, int("to", float32))] : [];
    const from = ids ? `float${index}` : name;
    const mean =
      axes.length === 0
        ? node("Identity", [from], `mean${index}`)
        : node("ReduceMean", [from], `mean${index}`, ints("axes", axes), int("keepdims", 0));
    return [...cast, mean];
  });
  const sum = node(
    "Sum",
    inputs.map((_, index) => `mean${index}`),
    output,
  );
  const declared = inputs.map(({ name, shape, ids }) => port(11, name, ids ? int32 : float32, shape));
  const graph = bytes(7, ...nodes, sum, bytes(2, "tiny"), ...declared, port(12, output, float32, ["N"]));
  return Buffer.concat([number(1, 8), graph, bytes(8, number(2, 17))]);
}

/** An ONNX model whose output [N, size] is its input `x` plus weights, float32, that fill another file. */
export function graphWithData(file: string, size: number): Buffer {
  const place = { location: file, offset: "0", length: String(4 * size) };
  const entries = Object.entries(place).map(([key, value]) => bytes(13, bytes(1, key), bytes(2, value)));
  const external = number(14, 1);
  const weights = bytes(5, number(1, size), number(2, float32), bytes(8, "weights"), ...entries, external);
  const ports = [port(11, "x", float32, ["N", size]), port(12, "output", float32, ["N", size])];
  const graph = bytes(7, node("Add", ["x", "weights"], "output"), bytes(2, "external"), weights, ...ports);
  return Buffer.concat([number(1, 8), graph, bytes(8, number(2, 17))]);
}

/** A template of a Linear as torch keeps it: `output [N, O]` is `sample [N, I]` times the transpose of `weight [O, I]` plus `bias [O]`. */
export function linearTemplate(outputs = 2, inputs = 3): Uint8Array {
  const gemm = node("Gemm", ["sample", "linear.weight", "linear.bias"], "output", int("transB", 1));
  const ports = [
    port(11, "sample", float32, ["N", inputs]),
    port(11, "linear.weight", float32, [outputs, inputs]),
    port(11, "linear.bias", float32, [outputs]),
  ];
  const graph = bytes(7, gemm, bytes(2, "linear"), ...ports, port(12, "output", float32, ["N", outputs]));
  return Buffer.concat([number(1, 8), graph, bytes(8, number(2, 17))]);
}
