import { open } from "node:fs/promises";
import { PackError } from "../fields/pack-error.ts";
import { type ArrayPlace, headerLength, numberSizes, readHeader, refuser } from "../pack/safetensors-header.ts";

/** One tensor of a checkpoint: its numbers lie in `file` from byte `offset`. */
export type StoredTensor = {
  readonly file: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
};

/** The largest public checkpoints have some thousand tensors and headers of some hundred kilobytes. */
const limits = { headerBytes: 4 * 2 ** 20, arrays: 20_000, types: Object.keys(numberSizes) };
const remedy = "Download the file again.";

/**
 * The tensors of a `.safetensors` file by name, from its header; the numbers are not read. Throws PackError naming the first
 * thing that is wrong: a header that is too large, no JSON or repeats a name, a shape that its bytes do not have, numbers that
 * overlap, leave a gap or lie outside the file.
 */
export async function readTensorFile(path: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const refuse = refuser(path, remedy);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const first = Buffer.alloc(8);
    await file.read(first, 0, 8, 0);
    const length = headerLength(first, size, limits, refuse);
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    const start = 8 + length;
    const stored = ({ type, shape, begin, end }: ArrayPlace): StoredTensor => ({
      ...{ file: path, type, shape, offset: start + begin, bytes: end - begin },
    });
    return new Map([...readHeader(header, size - start, limits, refuse)].map(([name, place]) => [name, stored(place)]));
  } finally {
    await file.close();
  }
}

/** Numbers that a manifest states are few. */
const mostNumbers = 16_384;

/**
 * The numbers of a small tensor, in row-major order. Throws PackError if it is large, is not of floating-point numbers, or holds
 * one that is not finite; `name` is what messages call it.
 */
export async function readNumbers(name: string, { file: path, type, shape, offset, bytes }: StoredTensor) {
  const what = `${JSON.stringify(name)} in ${path}`;
  const decode = Object.hasOwn(decoders, type) ? decoders[type] : undefined;
  if (!decode)
    throw new PackError(
      `${what} has numbers of type ${type}, but must have ${Object.keys(decoders).join(", ")}.`,
      remedy,
    );
  const count = shape.reduce((product, axis) => product * axis, 1);
  if (count > mostNumbers)
    throw new PackError(`${what} has ${count} numbers, and at most ${mostNumbers} go into a manifest.`, remedy);
  const content = Buffer.alloc(bytes);
  const file = await open(path);
  try {
    await file.read(content, 0, bytes, offset);
  } finally {
    await file.close();
  }
  const numbers = decode(content);
  const wrong = numbers.findIndex((number) => !Number.isFinite(number));
  if (wrong >= 0)
    throw new PackError(`${what} holds ${numbers[wrong]} at place ${wrong}, which is not a number.`, remedy);
  return numbers;
}

/** Numbers of each type from their bytes, little-endian. */
const decoders: { readonly [type: string]: (bytes: Buffer) => number[] } = {
  F32: (bytes) => Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)),
  F64: (bytes) => Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(8 * i)),
  F16: (bytes) => Array.from({ length: bytes.length / 2 }, (_, i) => half(bytes.readUInt16LE(2 * i))),
  // The upper half of a float32.
  BF16: (bytes) =>
    Array.from({ length: bytes.length / 2 }, (_, i) => {
      const word = Buffer.alloc(4);
      bytes.copy(word, 2, 2 * i, 2 * i + 2);
      return word.readFloatLE();
    }),
};

/** The number that 16 bits stand for (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
