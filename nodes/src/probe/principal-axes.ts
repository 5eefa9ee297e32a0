import { NodeError, p } from "@clipwork/engine";
import type { BasisValue } from "../kinds/basis.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";

/** How far differences go. */
export const differenceParam = p.number(
  "How far to move for the differences, in standard deviations of each direction.",
  {
    default: 0.25,
    min: 0.001,
    max: 4,
  },
);

/** Of the largest variance: less is what rounding leaves of none. */
const negligible = 1e-10;

/**
 * The first directions [D] of a basis, each as long as the standard deviation along it. Throws NodeError if there are not so many, or if the
 * embedding is not of the basis's size.
 */
export function principalAxes(
  image: ImageEmbeddingValue,
  { mean, components, eigenvalues }: BasisValue,
  count: number,
): readonly Float64Array[] {
  const size = mean.length;
  if (image.none || image.embedding.length !== size)
    throw new NodeError(
      `The embedding is none of ${size} numbers, which the basis has.`,
      "Link the embedding of a picture, and a basis of its CLIP space.",
    );
  const varied = eigenvalues.filter((value) => value > negligible * eigenvalues[0]!).length;
  if (count > varied)
    throw new NodeError(
      `"directions" is ${count}, but the embeddings of the basis differ along ${varied} only.`,
      `Set "directions" to at most ${varied}.`,
    );
  return Array.from({ length: count }, (_, k) =>
    Float64Array.from(components.subarray(k * size, (k + 1) * size), (value) => value * Math.sqrt(eigenvalues[k]!)),
  );
}
