import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Eigenvalues, the largest first, and the eigenvector of each as a row of `vectors` [D, D]. */
export type Eigen = { readonly values: Float64Array; readonly vectors: Float64Array };

/** Of the largest entry: less changes nothing in float64, but its products underflow, and eigenvectors lose their length. */
const negligible = 1e-30;

/**
 * The eigenvalues and orthonormal eigenvectors of a symmetric matrix [size, size]. The largest number by magnitude of each vector is
 * positive, so that one matrix has one answer where its eigenvalues differ.
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const largest = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const cleaned = matrix.map((value) => (Math.abs(value) < negligible * largest ? 0 : value));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(Matrix.from1DArray(size, size, cleaned), {
    assumeSymmetric: true,
  });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const vectors = new Float64Array(size * size);
  order.forEach((column, row) => {
    const vector = eigenvectorMatrix.getColumn(column);
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    vectors.set(largest < 0 ? vector.map((value) => -value) : vector, row * size);
  });
  return { values: Float64Array.from(order, (i) => realEigenvalues[i]!), vectors };
}

/** The symmetric root of a symmetric positive semi-definite matrix [size, size]; eigenvalues that rounding left below 0 count as 0. */
export function symmetricRoot(matrix: Float64Array, size: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, size);
  const root = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    const scale = Math.sqrt(Math.max(0, values[k]!));
    if (scale === 0) continue;
    const vector = vectors.subarray(k * size, (k + 1) * size);
    for (let i = 0; i < size; i++) {
      const factor = scale * vector[i]!;
      for (let j = 0; j < size; j++) root[i * size + j]! += factor * vector[j]!;
    }
  }
  return root;
}

/** The product of two square matrices [size, size]. */
export function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k]!;
      for (let j = 0; j < size; j++) product[i * size + j]! += factor * b[k * size + j]!;
    }
  return product;
}

/** The sum of the diagonal of a square matrix. */
export function trace(matrix: Float64Array, size: number): number {
  let total = 0;
  for (let i = 0; i < size; i++) total += matrix[i * size + i]!;
  return total;
}
