import { type Field, fieldsOf } from "../pack/protobuf.ts";
import type { Provider } from "./provider.ts";

// Fields of ONNX's messages (onnx.proto), by number.
const model = { graph: 7 } as const;
const graph = { node: 1, initializer: 5 } as const;
const node = { input: 1, output: 2, type: 4 } as const;
const tensor = { dims: 1, name: 8, rawData: 9 } as const;

/** What the runtime computes once, when it loads a graph, if it reads weights: the result is a copy of them in memory. */
const folded = ["Cast", "Transpose"];
const float32 = 4;

/**
 * The bytes of memory that a session of a graph takes for itself, less what a run needs. On the CPU external data stays mapped: the system
 * reads it from the file, and takes its memory back when it needs it. Weights that are cast or transposed become copies in float32. On
 * any other provider external data is copied to the device as well.
 */
export function sessionMemory(
  bytes: Uint8Array,
  { provider, data }: { readonly provider: Provider; readonly data: number },
) {
  const fields = [...fieldsOf(bytes)].filter(({ number }) => number === model.graph);
  const parts = fields.flatMap(({ content }) => [...fieldsOf(content)]);
  const weights = new Map(parts.filter(({ number }) => number === graph.initializer).map(weightOf));
  /** Copies of weights, by the name of their value. */
  const copies = new Map<string, Weight>();
  for (const { number, content } of parts) {
    if (number !== graph.node) continue;
    const own = [...fieldsOf(content)];
    const input = text(own, node.input);
    const read = folded.includes(text(own, node.type)) ? (copies.get(input) ?? weights.get(input)) : undefined;
    if (!read) continue;
    // A copy of a copy takes the place of the first.
    copies.delete(input);
    copies.set(text(own, node.output), read);
  }
  // A copy takes the place of what the graph itself holds as well.
  const copied = [...copies.values()].reduce((sum, { numbers, inside }) => sum + float32 * numbers - inside, 0);
  return bytes.length + copied + (provider === "cpu" ? 0 : data);
}

/** How many numbers an initialiser has, and how many bytes of them the graph holds. */
type Weight = { readonly numbers: number; readonly inside: number };

function weightOf({ content }: Field): [name: string, weight: Weight] {
  const own = [...fieldsOf(content)];
  const dims = own.filter(({ number }) => number === tensor.dims);
  const numbers = dims.reduce((product, { value }) => product * value, 1);
  const inside = own.find(({ number }) => number === tensor.rawData)?.content.length ?? 0;
  return [text(own, tensor.name), { numbers, inside }];
}

/** The text of the first field of that number. */
function text(fields: readonly Field[], number: number): string {
  return Buffer.from(fields.find((field) => field.number === number)?.content ?? []).toString("utf8");
}
