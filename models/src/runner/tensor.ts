/** Row-major numbers with their shape; axis 0 is rows. Only token ids are Int32Array. */
export type Tensor = { readonly shape: readonly number[]; readonly data: Float32Array | Int32Array };

export type Tensors = { readonly [name: string]: Tensor };
