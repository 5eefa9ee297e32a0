import { type FileHandle, open } from "node:fs/promises";
import { PackError } from "../fields/pack-error.ts";
import { fieldsOf } from "../pack/protobuf.ts";
import type { Bound } from "./bind-graph.ts";
import { graph, model } from "./graph-parameters.ts";

/** Operators whose second input is a weight of as many rows as there are outputs: linear layers and convolutions. */
const operators: ReadonlySet<string> = new Set(["Gemm", "FusedMatMul", "Conv"]);
/** A weight of fewer numbers is not worth it. */
const fewest = 256;
const mostInt8 = 127;
/** Below it a float32 has no full precision: a row of such numbers counts as zeros. */
const smallest = mostInt8 * 2 ** -126;

const node = { input: 1, type: 4 } as const;

/** The parameters of a template that only linear layers and convolutions read, and only as their weight. */
export function quantisable(template: Uint8Array): ReadonlySet<string> {
  const [found, others] = [new Set<string>(), new Set<string>()];
  for (const { number, content } of [...fieldsOf(template)]
    .filter((field) => field.number === model.graph)
    .flatMap(({ content }) => [...fieldsOf(content)])) {
    if (number !== graph.node) continue;
    const own = [...fieldsOf(content)];
    const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
    const type = text(own.find((field) => field.number === node.type)?.content ?? new Uint8Array());
    for (const [i, { content: name }] of own.filter((field) => field.number === node.input).entries())
      (i === 1 && operators.has(type) ? found : others).add(text(name));
  }
  return new Set([...found].filter((name) => !others.has(name)));
}

/**
 * 8-bit numbers of a weight, rows of one length: each row's largest becomes ±127, and the rest are rounded to the nearest multiple of its
 * scale (symmetric, per channel). A row of zeros, or of numbers below 1e-35, has the scale 1. Throws RangeError at a number that is not finite.
 */
export function quantise(
  weight: Float32Array,
  rows: number,
): { readonly values: Int8Array; readonly scales: Float32Array } {
  const length = weight.length / rows;
  const values = new Int8Array(weight.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let most = 0;
    for (let i = row * length; i < (row + 1) * length; i++) most = Math.max(most, Math.abs(weight[i]!));
    if (!Number.isFinite(most)) throw new RangeError(`row ${row} has a number that is not finite`);
    const scale = most < smallest ? 1 : Math.fround(most / mostInt8);
    scales[row] = scale;
    for (let i = row * length; i < (row + 1) * length; i++)
      values[i] = Math.max(-mostInt8, Math.min(mostInt8, Math.round(weight[i]! / scale)));
  }
  return { values, scales };
}

/** A tensor of the file to be. */
type Entry = {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
};

/**
 * Writes all weights of a network into one new `.safetensors` file, those of linear layers and convolutions in 8 bits with a scale for each
 * of their outputs, the rest as they are stored. The published files are only read. Returns where the weights lie now. Throws PackError if
 * one holds a number that is not finite, and the signal's reason.
 */
export async function writeInt8(
  template: Uint8Array,
  bound: ReadonlyMap<string, Bound>,
  path: string,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Bound>> {
  const names = quantisable(template);
  const takes = (name: string, { shape, type }: Bound) =>
    names.has(name) && shape.length > 1 && Object.hasOwn(toFloat32, type) && count(shape) >= fewest;
  const entries = [...bound].flatMap(([name, one]): Entry[] => {
    const { type, shape, bytes } = one;
    if (!takes(name, one)) return [{ name, type, shape, bytes }];
    const own = one.transposed ? shape.toReversed() : shape;
    return [
      { name, type: "I8", shape: own, bytes: count(own) },
      { name: scaleName(name), type: "F32", shape: [own[0]!], bytes: 4 * own[0]! },
    ];
  });
  const { header, places } = layOut(entries);
  const file = await open(path, "wx");
  try {
    await file.writeFile(header);
    for (const [name, one] of bound) {
      signal?.throwIfAborted();
      const stored = await readAll(one);
      if (!takes(name, one)) {
        await file.writeFile(stored);
        continue;
      }
      const numbers = toFloat32[one.type]!(stored);
      const weight = one.transposed ? transpose(numbers, one.shape) : numbers;
      const { values, scales } = quantiseNamed(name, one, weight);
      await file.writeFile(new Uint8Array(values.buffer));
      await file.writeFile(new Uint8Array(scales.buffer));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  const placed = (entry: Entry) => {
    const { name: _, ...rest } = entry;
    return { file: path, ...rest, offset: header.length + places.get(entry.name)! };
  };
  const at = new Map(entries.map((entry) => [entry.name, placed(entry)]));
  return new Map(
    [...bound].map(([name, one]) => {
      const scales = at.get(scaleName(name));
      const { transposed } = one;
      const whole = at.get(name)!;
      return [name, takes(name, one) ? { ...whole, scales: scales! } : { ...whole, ...(transposed && { transposed }) }];
    }),
  );
}

const scaleName = (weight: string) => `${weight}.int8_scale`;
const count = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

function quantiseNamed(name: string, { file, shape, transposed }: Bound, weight: Float32Array) {
  try {
    return quantise(weight, (transposed ? shape.toReversed() : shape)[0]!);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PackError(`${JSON.stringify(name)} in ${file}: ${error.message}.`, "Download the weights again.");
  }
}

/** A file's header, padded so that the data is aligned, and where each tensor begins in the data. */
function layOut(entries: readonly Entry[]): { readonly header: Buffer; readonly places: ReadonlyMap<string, number> } {
  const places = new Map<string, number>();
  const json: { [name: string]: object } = {};
  let at = 0;
  for (const { name, type, shape, bytes } of entries) {
    places.set(name, at);
    json[name] = { dtype: type, shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = JSON.stringify(json);
  const padded = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return { header: Buffer.concat([length, padded]), places };
}

async function readAll({ file: path, offset, bytes }: Bound): Promise<Uint8Array> {
  const content = new Uint8Array(bytes);
  const file: FileHandle = await open(path);
  try {
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await file.read(content, at, bytes - at, offset + at);
      if (bytesRead === 0) throw new PackError(`${path} ends early.`, "Download the file again.");
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return content;
}

/** The numbers of each type in float32; the bytes are those of a whole buffer. */
const toFloat32: { readonly [type: string]: (bytes: Uint8Array) => Float32Array } = {
  F32: ({ buffer }) => new Float32Array(buffer),
  F64: ({ buffer }) => Float32Array.from(new Float64Array(buffer)),
  F16: ({ buffer }) => Float32Array.from(new Float16Array(buffer)),
  // The upper half of a float32.
  BF16: ({ buffer }) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (half) => half * 2 ** 16).buffer),
};

function transpose(numbers: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  const turned = new Float32Array(numbers.length);
  for (let row = 0; row < rows!; row++)
    for (let column = 0; column < columns!; column++) turned[column * rows! + row] = numbers[row * columns! + column]!;
  return turned;
}
