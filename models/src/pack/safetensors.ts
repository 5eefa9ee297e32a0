import { PackError } from "../fields/pack-error.ts";

/** Numbers in row-major order with their shape. */
export type NamedArray = {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array;
};

/** The arrays of one file by name. */
export type Arrays = { readonly [name: string]: NamedArray };

const types = { F32: Float32Array, F64: Float64Array, I32: Int32Array } as const;
type TypeName = keyof typeof types;

const headerLimit = 2 ** 20;
const mostArrays = 1000;
const mostAxes = 8;
const mostNumbers = 2 ** 31 - 1;

type Described = {
  readonly type: TypeName;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
};

/**
 * The arrays in the bytes of a safetensors file (https://github.com/huggingface/safetensors#format): the length of the header as 8
 * bytes, little-endian; the header, which is JSON; then the numbers. Arrays of F32, F64 and I32 are read, and must fill the
 * rest of the file without gap or overlap. `name` is what messages call the file. Throws PackError for anything else.
 */
export function readSafetensors(bytes: Uint8Array, name: string): Arrays {
  const refuse = (reason: string): never => {
    throw new PackError(`${name} is not a safetensors file that can be read: ${reason}.`, "Export the pack again.");
  };
  if (bytes.length < 8) refuse(`it has ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(Math.min(headerLimit, bytes.length - 8)))
    refuse(`its header would have ${length} bytes, and may have ${Math.min(headerLimit, bytes.length - 8)}`);
  const start = 8 + Number(length);
  const header = readHeader(bytes.subarray(8, start), refuse);
  const inOrder = [...header].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let filled = 0;
  for (const [array, { begin, end }] of inOrder) {
    if (begin !== filled) refuse(`${JSON.stringify(array)} begins at byte ${begin} of the numbers, not at ${filled}`);
    filled = end;
  }
  if (start + filled !== bytes.length) refuse(`its arrays take ${filled} bytes, but ${bytes.length - start} are there`);
  const arrays = header.map(([array, { type, shape, begin, end }]) => {
    // A copy: the numbers need not begin at a multiple of their size.
    const own = new Uint8Array(bytes.subarray(start + begin, start + end));
    return [array, { shape, data: new types[type](own.buffer) }] as const;
  });
  return Object.fromEntries(arrays);
}

type Refuse = (reason: string) => never;

function readHeader(bytes: Uint8Array, refuse: Refuse): (readonly [name: string, array: Described])[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    refuse(`its header is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(json)) return refuse("its header is not an object");
  const arrays = Object.entries(json).filter(([name]) => name !== "__metadata__");
  if (arrays.length > mostArrays) refuse(`it has ${arrays.length} arrays, and at most ${mostArrays} are read`);
  return arrays.map(([name, entry]) => [name, describe(JSON.stringify(name), entry, refuse)]);
}

function describe(name: string, entry: unknown, refuse: Refuse): Described {
  if (!isObject(entry)) return refuse(`${name} is not an object`);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  if (Object.keys(rest).length > 0) refuse(`${name} has the field ${JSON.stringify(Object.keys(rest)[0])}`);
  if (typeof dtype !== "string" || !Object.hasOwn(types, dtype))
    refuse(
      `${name} has numbers of type ${JSON.stringify(dtype)}, and those that are read are ${Object.keys(types).join(", ")}`,
    );
  if (!isCounts(shape) || shape.length > mostAxes) return refuse(`${name} has no shape of at most ${mostAxes} axes`);
  if (!isCounts(offsets) || offsets.length !== 2) return refuse(`${name} has no two data_offsets`);
  const [begin, end] = offsets as readonly [number, number];
  const numbers = shape.reduce((product, axis) => product * axis, 1);
  if (numbers > mostNumbers || end - begin !== numbers * types[dtype as TypeName].BYTES_PER_ELEMENT)
    refuse(`${name} has ${end - begin} bytes, which its shape [${shape.join(", ")}] of ${dtype} does not have`);
  return { type: dtype as TypeName, shape, begin, end };
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it is a list of whole numbers from 0. */
function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
