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
