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

/** A picture on a link: planar RGB (all red, all green, all blue), float32 in [-1, 1], row-major. */
export type ImageValue = {
  readonly width: number;
  readonly height: number;
  /** 3 × height × width numbers. */
  readonly data: Float32Array;
};

/** A caption as CLIP sees it. `embedding` is [D], `states` is [T, W], `mask` is [T] with 1 for kept tokens. */
export type TextEmbeddingValue = {
  readonly text: string;
  readonly embedding: Float32Array;
  readonly states: Float32Array;
  readonly mask: Float32Array;
};

/** A CLIP image embedding, raw: [D], not normalised. */
export type ImageEmbeddingValue = { readonly embedding: Float32Array };

/** How to guide a sampler: classifier-free guidance with a scale and the caption to steer away from. */
export type GuidanceValue = { readonly scale: number; readonly negative: string };
