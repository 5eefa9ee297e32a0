import { type Field, fieldsOf } from "../pack/protobuf.ts";
import type { Provider } from "./provider.ts";

// Fields of ONNX's messages (onnx.proto), by number.
const model = { graph: 7 } as const;
const graph = { node: 1, initializer: 5 } as const;
const node = { input: 1, output: 2, type: 4 } as const;
const tensor = { dims: 1, name: 8, rawData: 9 } as const;

/** What the runtime computes once, when it loads a graph, if it reads weights: the result is a copy of them in memory. */
const folded = ["Cast", "Transpose"];
/** What it computes further of copies, where weights are of eight bits with scales beside them. */
const widened = ["Mul", "Reshape"];
const float32 = 4;

/** Bytes of memory that a session takes, less what a run needs. */
export type SessionMemory = {
  /** Of the process alone: they stay taken until the session is released. */
  readonly own: number;
  /** Of files that the system maps: it drops them when it needs the memory, and reads them again. */
  readonly mapped: number;
};

/**
 * The memory that a session of a graph takes. On the CPU external data stays mapped; weights that are cast or transposed become copies in
 * float32. Weights inside a graph are copied as well, and once more in the order of the kernels, which only external data is spared
 * (`mapped` in numerics.ts), and the graph's own bytes stay in the heap. On any other provider external data is copied to the device. `data`: bytes of the external data.
 */
export function sessionMemory(
  bytes: Uint8Array,
  { provider, data }: { readonly provider: Provider; readonly data: number },
): SessionMemory {
  const fields = [...fieldsOf(bytes)].filter(({ number }) => number === model.graph);
  const parts = fields.flatMap(({ content }) => [...fieldsOf(content)]);
  const weights = new Map(parts.filter(({ number }) => number === graph.initializer).map(weightOf));
  /** How many numbers each copy of weights has, by the name of its value; the first are those of weights that the graph itself holds. */
  const copies = new Map([...weights].filter(([, { inside }]) => inside));
  let left = 0;
  for (const { number, content } of parts) {
    if (number !== graph.node) continue;
    const own = [...fieldsOf(content)];
    const input = text(own, node.input);
    const copy = widened.includes(text(own, node.type)) ? copies.get(input) : undefined;
    if (copy && areFixed(own, copies)) {
      // All copies of all weights stand until the graph is loaded; the heap keeps the room of those that are freed then.
      left += float32 * copy.numbers;
      copies.delete(input);
      copies.set(text(own, node.output), copy);
      continue;
    }
    const read = folded.includes(text(own, node.type)) ? (copies.get(input) ?? weights.get(input)) : undefined;
    if (!read) continue;
    // A copy of a copy takes the place of the first.
    copies.delete(input);
    copies.set(text(own, node.output), read);
  }
  const times = data === 0 ? 2 : 1;
  const copied = [...copies.values()].reduce((sum, { numbers }) => sum + times * float32 * numbers, 0);
  return {
    own: bytes.length + copied + left + (provider === "cpu" ? 0 : data),
    mapped: provider === "cpu" ? data : 0,
  };
}

/** Whether a Mul has a copy of weights on both sides; what a Reshape is told is fixed. */
function areFixed(own: readonly Field[], copies: ReadonlyMap<string, unknown>): boolean {
  const inputs = own
    .filter(({ number }) => number === node.input)
    .map(({ content }) => Buffer.from(content).toString());
  return text(own, node.type) === "Reshape" || inputs.every((input) => copies.has(input));
}

/** How many numbers an initialiser has, and whether they lie in the graph. */
type Weight = { readonly numbers: number; readonly inside: boolean };

function weightOf({ content }: Field): [name: string, weight: Weight] {
  const own = [...fieldsOf(content)];
  const dims = own.filter(({ number }) => number === tensor.dims);
  const numbers = dims.reduce((product, { value }) => product * value, 1);
  const inside = own.some(({ number }) => number === tensor.rawData);
  return [text(own, tensor.name), { numbers, inside }];
}

/** The text of the first field of that number. */
function text(fields: readonly Field[], number: number): string {
  return Buffer.from(fields.find((field) => field.number === number)?.content ?? []).toString("utf8");
}
