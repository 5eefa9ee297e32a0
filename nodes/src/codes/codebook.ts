import { NodeError } from "@clipwork/engine";
import type { Arrays } from "@clipwork/models";
import { type Basis, project, reconstruct } from "../statistics/pca.ts";

/**
 * What the codes of an image embedding mean (Ramesh et al. 2022, section 2.2): each is the bucket of its coordinate along one
 * principal component, those of the largest variance first. Code b of component k stands for the coordinates from
 * edges[k][b - 1] up to, without it, edges[k][b]; decoded it is centres[k][b].
 */
export type Codebook = {
  readonly basis: Basis;
  /** K, the components that have a code; the others are 0 in what is decoded. */
  readonly codes: number;
  /** B, the values that a code may have. */
  readonly buckets: number;
  /** [K, B - 1] */
  readonly edges: Float32Array;
  /** [K, B] */
  readonly centres: Float32Array;
};

/** The codebook in a pack's arrays `image-basis` and `image-codes`. Throws NodeError if they do not fit together. */
export function codebookOf(pack: string, basisArrays: Arrays, codeArrays: Arrays): Codebook {
  const floats = (arrays: Arrays, name: string, ...shape: readonly number[]) => {
    const found = arrays[name];
    if (found?.data instanceof Float32Array && found.shape.join() === shape.join()) return found.data;
    const is = found ? `is ${found.data.constructor.name} [${found.shape.join(", ")}]` : "is missing";
    throw new NodeError(
      `The codes of the pack "${pack}" cannot be read: "${name}" ${is}, but must be Float32Array [${shape.join(", ")}].`,
      "Export the pack's arrays again, or choose another pack.",
    );
  };
  const [codes = 0, buckets = 0] = codeArrays.centres?.shape ?? [];
  const [size = 0] = basisArrays.mean?.shape ?? [];
  return {
    basis: {
      mean: floats(basisArrays, "mean", size),
      components: floats(basisArrays, "components", size, size),
      eigenvalues: floats(basisArrays, "eigenvalues", size),
    },
    codes,
    buckets,
    edges: floats(codeArrays, "edges", codes, buckets - 1),
    centres: floats(codeArrays, "centres", codes, buckets),
  };
}

/** The K codes of an embedding [D]. */
export function encodeCodes({ basis, codes, buckets, edges }: Codebook, embedding: Float32Array): Int32Array {
  return Int32Array.from(project(basis, embedding, codes), (coordinate, k) => {
    const own = edges.subarray(k * (buckets - 1), (k + 1) * (buckets - 1));
    const above = own.findIndex((edge) => edge > coordinate);
    return above < 0 ? buckets - 1 : above;
  });
}

/** The embedding [D] of the first codes, of all K or fewer: each at the centre of its bucket, the other components at 0. */
export function decodeCodes({ basis, buckets, centres }: Codebook, codes: Int32Array): Float32Array {
  return Float32Array.from(
    reconstruct(
      basis,
      Float64Array.from(codes, (code, k) => centres[k * buckets + code]!),
    ),
  );
}
