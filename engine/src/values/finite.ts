import { maxDepth } from "./encode.ts";
import type { Value } from "./value.ts";

/** The numbers of a value that are NaN or infinite. */
export type NotFinite = {
  readonly count: number;
  /** The first in the order of traversal, and where it is: `data[5]`, `[2].embedding[0]`; "" for the value itself. */
  readonly first: number;
  readonly path: string;
};

type Found = { count: number; first: number; path: string };

/**
 * Looks at each number of a value once, inside typed arrays and outside; undefined if all are finite. Throws a TypeError on
 * anything nested deeper than a value may be.
 */
export function findNotFinite(value: Value): NotFinite | undefined {
  const found: Found = { count: 0, first: 0, path: "" };
  // The names on the way to the current value: a path is built only for the first number found.
  look(value, [], found);
  return found.count > 0 ? found : undefined;
}

function look(value: Value, way: (string | number)[], found: Found): void {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) note(value, way, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value instanceof Float32Array) scan(value, way, found);
    return;
  }
  if (way.length >= maxDepth) throw new TypeError(`a value is nested deeper than ${maxDepth} levels`);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) step(value[i], i, way, found);
    return;
  }
  const record = value as { readonly [field: string]: Value };
  for (const field of Object.keys(record)) step(record[field]!, field, way, found);
}

function step(value: Value, name: string | number, way: (string | number)[], found: Found): void {
  way.push(name);
  look(value, way, found);
  way.pop();
}

function scan(array: Float32Array, way: readonly (string | number)[], found: Found): void {
  if (allFinite(array)) return;
  for (let i = 0; i < array.length; i++) {
    const number = array[i]!;
    if (!Number.isFinite(number)) note(number, found.count === 0 ? [...way, i] : way, found);
  }
}

/**
 * Zero times a number is zero for all numbers but those. Four sums at once, since each addition waits for the previous one
 * in its sum.
 */
function allFinite(array: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < array.length; i += 4) {
    a += array[i]! * 0;
    b += array[i + 1]! * 0;
    c += array[i + 2]! * 0;
    d += array[i + 3]! * 0;
  }
  for (; i < array.length; i++) a += array[i]! * 0;
  return a + b + c + d === 0;
}

function note(number: number, way: readonly (string | number)[], found: Found): void {
  if (found.count++ > 0) return;
  found.first = number;
  found.path = way.map((name, i) => (typeof name === "number" ? `[${name}]` : i > 0 ? `.${name}` : name)).join("");
}
