import { NodeError, p } from "@clipwork/engine";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import { slerp } from "../vectors/slerp.ts";
import type { Vector } from "../vectors/vectors.ts";
import { embeddingOf, noDirection } from "./operands.ts";

/** Where between the two ends. */
export const positionParam = p.number("How far from the first end to the second; link list.range for a series.", {
  default: 0.5,
  min: 0,
  max: 1,
});

export const slerpEmbeddings = defineNode({
  type: "latent.slerp",
  version: 1,
  title: "Between two embeddings",
  summary:
    "Interpolates spherically: the direction turns from one embedding to the other, and the norm changes evenly.",
  inputs: {
    from: t.sharedImageEmbedding("The embedding at position 0."),
    to: t.sharedImageEmbedding("The embedding at position 1."),
  },
  outputs: { embedding: t.sharedImageEmbedding("The embedding in between.") },
  params: { position: positionParam },
  run({ from, to }, { position }) {
    const [a, b] = vectorsOf([from, to], (index) => `"${index === 0 ? "from" : "to"}"`);
    return { embedding: embeddingOf(between(a!, b!, position)) };
  },
});

/** The point between two ends at a position from 0 to 1. Throws NodeError if there is none. */
export function between(from: Vector, to: Vector, position: number): Float64Array {
  const point = slerp(from, to, position);
  if (point === "zero") throw noDirection("One of the two ends");
  if (point !== "opposite") return point;
  throw new NodeError(
    "The two ends point in opposite directions, so no way between them is the shortest.",
    "Go by a third one in between, or take one of the ends: position 0 or 1.",
  );
}
