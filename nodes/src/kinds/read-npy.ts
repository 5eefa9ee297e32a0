/** A matrix of float32: `rows` × `columns` numbers, row by row. */
export type Matrix = { readonly rows: number; readonly columns: number; readonly data: Float32Array };

/** Why a file cannot be read as a matrix, and what to do about it. */
export type NpyTrouble = { readonly reason: string; readonly remedy: string };

/** What a file may hold. */
export const maxNpyRows = 100_000;
export const maxNpyBytes = 256 * 2 ** 20;

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;
const remedyOf = (change: string) => `Save it by numpy.save("embeddings.npy", ${change}).`;
const asRows = 'Save an array [N, D] of little-endian float32 by numpy.save, as the node "latent.export" does.';

/** Whether bytes begin as a NumPy file does; it need not be a whole one. */
export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/**
 * A matrix from NumPy's format 1.0, 2.0 or 3.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float32, little-endian,
 * row-major, [N, D], finite. Nothing in the file is evaluated. Returns the first thing that is otherwise, by name.
 */
export function readNpy(bytes: Uint8Array): Matrix | NpyTrouble {
  try {
    return matrixOf(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return error.trouble;
    throw error;
  }
}

/** What is wrong with the bytes of a file as a matrix; undefined if nothing is. */
export function npyTrouble(bytes: Uint8Array): NpyTrouble | undefined {
  const found = readNpy(bytes);
  return "reason" in found ? found : undefined;
}

class Unreadable extends Error {
  readonly trouble: NpyTrouble;

  constructor(reason: string, remedy: string) {
    super(reason);
    this.trouble = { reason, remedy };
  }
}

function matrixOf(bytes: Uint8Array): Matrix {
  if (!isNpy(bytes)) throw new Unreadable("it is not a NumPy file: it does not begin as one", asRows);
  if (bytes.length > maxNpyBytes)
    throw new Unreadable(`it has more than ${maxNpyBytes / 2 ** 20} MiB`, "Give a file with fewer embeddings.");
  const { header, start } = headerOf(bytes);
  const descr = field(header, "descr", /^(?:'([^']{1,40})'|(\[))/);
  if (descr !== "<f4") throw new Unreadable(`its numbers are ${dtypeName(descr)}, not float32`, dtypeRemedy(descr));
  if (field(header, "fortran_order", /^(True|False)/) === "True")
    throw new Unreadable("its numbers go column by column", remedyOf("numpy.ascontiguousarray(array)"));
  const shape = field(header, "shape", /^\(([\d, ]*)\)/)
    .split(",")
    .flatMap((side) => (side.trim() === "" ? [] : [Number(side)]));
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2)
    throw new Unreadable(
      `its shape is (${shape.join(", ")}), but embeddings are rows: [N, D]`,
      remedyOf(shape.length === 1 ? "array[None]" : "array.reshape(len(array), -1)"),
    );
  if (rows === 0 || columns === 0)
    throw new Unreadable(`its shape is (${shape.join(", ")}), so it holds no embeddings`, "Give at least one.");
  if (rows > maxNpyRows)
    throw new Unreadable(
      `it has ${rows} embeddings, but at most ${maxNpyRows.toLocaleString("en")} can be read`,
      remedyOf(`array[:${maxNpyRows}]`),
    );
  const there = bytes.length - start;
  if (there !== 4 * rows * columns)
    throw new Unreadable(
      `its shape (${shape.join(", ")}) takes ${4 * rows * columns} bytes of numbers, and there are ${there}`,
      "It was cut off or changed: save it again.",
    );
  return { rows, columns, data: numbersOf(bytes, start, columns) };
}

/** The text of the header, and where the numbers start. */
function headerOf(bytes: Uint8Array): { readonly header: string; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6];
  if (bytes.length < 12 || (version !== 1 && version !== 2 && version !== 3))
    throw new Unreadable("it has no header of NumPy's format 1, 2 or 3", asRows);
  const [from, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const start = from + length;
  if (start > bytes.length) throw new Unreadable("it ends within its header", "It was cut off: save it again.");
  return { header: new TextDecoder().decode(bytes.subarray(from, start)), start };
}

/** What the header says of a key, as far as the pattern captures it. */
function field(header: string, key: string, pattern: RegExp): string {
  const at = header.indexOf(`'${key}':`);
  const found = at < 0 ? null : pattern.exec(header.slice(at + key.length + 3).trimStart());
  const value = found && (found[1] ?? found[2]);
  if (value === null || value === undefined)
    throw new Unreadable(`its header has no "${key}" that can be read`, asRows);
  return value;
}

/** A `descr` such as ">f4" in words. */
function dtypeName(descr: string): string {
  const [, order = "", kind = "", size = "0"] = /^([<>|=]?)([a-zA-Z])(\d*)/.exec(descr) ?? [];
  const kinds: { readonly [kind: string]: string } = { f: "float", i: "int", u: "uint", c: "complex" };
  const name = descr === "[" ? "records" : kinds[kind] ? `${kinds[kind]}${8 * Number(size)}` : `of the type "${descr}"`;
  return order === ">" ? `big-endian ${name} ("${descr}")` : `${name} ("${descr}")`;
}

function dtypeRemedy(descr: string): string {
  return /^[<>|=]?[fiu]\d+$/.test(descr) ? remedyOf('array.astype("<f4")') : asRows;
}

function numbersOf(bytes: Uint8Array, start: number, columns: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  const data = new Float32Array(view.byteLength / 4);
  for (let i = 0; i < data.length; i++) {
    const value = view.getFloat32(4 * i, true);
    if (!Number.isFinite(value))
      throw new Unreadable(
        `row ${Math.floor(i / columns)} has ${value} at place ${i % columns}, which is no finite number`,
        "Leave that row out, or compute it again.",
      );
    data[i] = value;
  }
  return data;
}
