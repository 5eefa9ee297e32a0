import { NodeError } from "@clipwork/engine";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";

/** A result of arithmetic in float64 as an embedding. */
export function embeddingOf(vector: Float64Array): ImageEmbeddingValue {
  return { embedding: Float32Array.from(vector) };
}

/** The error for a vector of zeros where a direction is needed; `what` begins the sentence. */
export function noDirection(what: string): NodeError {
  return new NodeError(`${what} is all zeros and has no direction.`, "Link another one.");
}
