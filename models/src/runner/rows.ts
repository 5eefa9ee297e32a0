import type { Tensor, Tensors } from "./tensor.ts";

/** Number of elements of a shape. */
export const elementsOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * The number of rows that all feeds have along axis 0. Throws RangeError if there are no rows, the feeds differ, or a
 * tensor's data does not fill its shape.
 */
export function rowsOf(feeds: Tensors): number {
  let rows: number | undefined;
  for (const [name, { shape, data }] of Object.entries(feeds)) {
    if (shape.some((size) => !Number.isInteger(size) || size < 1) || elementsOf(shape) !== data.length)
      throw new RangeError(`Feed "${name}" has ${data.length} values, but its shape is [${shape.join(", ")}].`);
    rows ??= shape[0];
    if (shape[0] !== rows)
      throw new RangeError(`Feed "${name}" has ${shape[0]} rows and another feed has ${rows}; axis 0 must agree.`);
  }
  if (rows === undefined) throw new RangeError("A model call needs feeds with at least one row.");
  return rows;
}

/** Tensors of the same names, types and row shapes, one after another along axis 0. */
export function joinRows(parts: readonly Tensors[]): Tensors {
  const first = parts[0]!;
  if (parts.length === 1) return first;
  const joined = Object.entries(first).map(([name, { shape, data }]) => {
    const tensors = parts.map((part) => part[name]!);
    const rows = tensors.reduce((sum, tensor) => sum + tensor.shape[0]!, 0);
    const length = tensors.reduce((sum, tensor) => sum + tensor.data.length, 0);
    const all = data instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
    let at = 0;
    for (const tensor of tensors) {
      all.set(tensor.data, at);
      at += tensor.data.length;
    }
    return [name, { shape: [rows, ...shape.slice(1)], data: all }] as const;
  });
  return Object.fromEntries(joined);
}

/** Copies of rows `from` up to `to` of each tensor. */
export function takeRows(tensors: Tensors, from: number, to: number): Tensors {
  const taken = Object.entries(tensors).map(([name, { shape, data }]): [string, Tensor] => {
    const row = elementsOf(shape.slice(1));
    return [name, { shape: [to - from, ...shape.slice(1)], data: data.slice(from * row, to * row) }];
  });
  return Object.fromEntries(taken);
}

/** The tensors cut along axis 0 into copies with the given numbers of rows. */
export function splitRows(tensors: Tensors, rows: readonly number[]): Tensors[] {
  let at = 0;
  return rows.map((count) => {
    at += count;
    return takeRows(tensors, at - count, at);
  });
}

/** Whether both hold the same names, shapes and numbers, bit for bit. */
export function equalBits(a: Tensors, b: Tensors): boolean {
  const ours = Object.entries(a);
  return (
    ours.length === Object.keys(b).length &&
    ours.every(([name, one]) => {
      const other = b[name];
      return other !== undefined && one.shape.join() === other.shape.join() && sameBytes(one.data, other.data);
    })
  );
}

function sameBytes(a: Tensor["data"], b: Tensor["data"]): boolean {
  const [one, other] = [bytesOf(a), bytesOf(b)];
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function bytesOf({ buffer, byteOffset, byteLength }: Tensor["data"]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
