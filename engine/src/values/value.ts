/** Data that may travel on a link: plain, immutable by contract, and writable as canonical bytes. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Float32Array
  | Int32Array
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value };

/** The same value in memory of its own. The value has to be one that `encodeValue` takes: of bounded depth. */
export function copyValue(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Float32Array) return new Float32Array(value);
  if (value instanceof Int32Array) return new Int32Array(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return value.map(copyValue);
  // Spreading defines each field, so that a field called __proto__ is a field like any other.
  const copy: { [name: string]: Value } = { ...(value as { readonly [name: string]: Value }) };
  for (const name of Object.keys(copy)) copy[name] = copyValue(copy[name]!);
  return copy;
}
