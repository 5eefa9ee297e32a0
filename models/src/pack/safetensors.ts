import { headerLength, readHeader, refuser } from "./safetensors-header.ts";

/** Numbers in row-major order with their shape. */
export type NamedArray = {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
};

/** The arrays of one file by name. */
export type Arrays = { readonly [name: string]: NamedArray };

const types = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;

const limits = { headerBytes: 2 ** 20, arrays: 1000, types: Object.keys(types) };

/**
 * The arrays in the bytes of a safetensors file, of F32, F64 and I32. `name` is what messages call the file. Throws PackError for
 * anything else.
 */
export function readSafetensors(bytes: Uint8Array, name: string): Arrays {
  const refuse = refuser(name, "Export the pack again.");
  const start = 8 + headerLength(bytes, bytes.length, limits, refuse);
  const header = readHeader(bytes.subarray(8, start), bytes.length - start, limits, refuse);
  const arrays = [...header].map(([array, { type, shape, begin, end }]) => {
    // A copy: the numbers need not begin at a multiple of their size.
    const own = new Uint8Array(bytes.subarray(start + begin, start + end));
    return [array, { shape, data: new types[type as keyof typeof types](own.buffer) }] as const;
  });
  return Object.fromEntries(arrays);
}
