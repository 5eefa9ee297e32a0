import { PackError } from "../fields/pack-error.ts";
import { findOddity, type Oddity } from "./json-keys.ts";

/** Bytes of one number, by the format's name of its type. */
export const numberSizes: { readonly [type: string]: number } = {
  ...{ F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 },
};

/** One array of a file: where its numbers are, from the first byte after the header. */
export type ArrayPlace = {
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
};

/** What a reader takes of the format, which itself has no limits to speak of. */
export type HeaderLimits = {
  readonly headerBytes: number;
  readonly arrays: number;
  /** The types of numbers that are read. */
  readonly types: readonly string[];
};

const mostAxes = 8;
/** The header, an array or the metadata, a list; and as much again. */
const mostDepth = 6;
const mostNumbers = 2 ** 40;

export type Refuse = (reason: string) => never;

/** What throws the reason why a file cannot be read; `name` is what messages call the file. */
export const refuser =
  (name: string, remedy: string): Refuse =>
  (reason) => {
    throw new PackError(`${name} is not a safetensors file that can be read: ${reason}.`, remedy);
  };

/** The length of the header that the first 8 bytes of a file of `size` bytes state. */
export function headerLength(first: Uint8Array, size: number, { headerBytes }: HeaderLimits, refuse: Refuse): number {
  if (size < 8) return refuse(`it has ${size} bytes`);
  const length = new DataView(first.buffer, first.byteOffset).getBigUint64(0, true);
  const most = Math.min(headerBytes, size - 8);
  if (length > BigInt(most)) return refuse(`its header would have ${length} bytes, and may have ${most}`);
  return Number(length);
}

/**
 * The arrays of a safetensors file (https://github.com/huggingface/safetensors#format) by its header, which is JSON. They must
 * fill the file's `rest` bytes behind the header without gap or overlap. `refuse` is called with the first thing that is wrong.
 */
export function readHeader(
  bytes: Uint8Array,
  rest: number,
  limits: HeaderLimits,
  refuse: Refuse,
): ReadonlyMap<string, ArrayPlace> {
  let odd: Oddity | undefined;
  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    odd = findOddity(text, mostDepth);
    json = odd ?? JSON.parse(text);
  } catch (error) {
    refuse(`its header is not JSON: ${(error as Error).message}`);
  }
  if (odd)
    refuse(
      "depth" in odd
        ? `its header is nested ${odd.depth} deep`
        : `its header has ${JSON.stringify(odd.repeated)} twice`,
    );
  if (!isObject(json)) return refuse("its header is not an object");
  const entries = Object.entries(json).filter(([name]) => name !== "__metadata__");
  if (entries.length > limits.arrays) refuse(`it has ${entries.length} arrays, and at most ${limits.arrays} are read`);
  const arrays = entries.map(([name, entry]) => [name, describe(JSON.stringify(name), entry, limits, refuse)] as const);
  let filled = 0;
  for (const [name, { begin, end }] of arrays.toSorted(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== filled) refuse(`${JSON.stringify(name)} begins at byte ${begin} of the numbers, not at ${filled}`);
    filled = end;
  }
  if (filled !== rest) refuse(`its arrays take ${filled} bytes, but ${rest} are there`);
  return new Map(arrays);
}

function describe(name: string, entry: unknown, { types }: HeaderLimits, refuse: Refuse): ArrayPlace {
  if (!isObject(entry)) return refuse(`${name} is not an object`);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry;
  if (Object.keys(rest).length > 0) refuse(`${name} has the field ${JSON.stringify(Object.keys(rest)[0])}`);
  if (typeof dtype !== "string" || !types.includes(dtype))
    return refuse(
      `${name} has numbers of type ${JSON.stringify(dtype)}, and those that are read are ${types.join(", ")}`,
    );
  if (!isCounts(shape) || shape.length > mostAxes) return refuse(`${name} has no shape of at most ${mostAxes} axes`);
  if (!isCounts(offsets) || offsets.length !== 2) return refuse(`${name} has no two data_offsets`);
  const [begin, end] = offsets as readonly [number, number];
  const numbers = shape.reduce((product, axis) => product * axis, 1);
  if (numbers > mostNumbers || end - begin !== numbers * numberSizes[dtype]!)
    refuse(`${name} has ${end - begin} bytes, which its shape [${shape.join(", ")}] of ${dtype} does not have`);
  return { type: dtype, shape, begin, end };
}

function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether it is a list of whole numbers from 0. */
function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
