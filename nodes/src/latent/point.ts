import { p } from "@clipwork/engine";
import type { MapValue } from "../kinds/map.ts";
import { t } from "../kinds/t.ts";
import { defineNode } from "../stage/services.ts";

/** Points that a place of a map without a plane is a mean of. */
const near = 8;
const limits = { min: -1_000_000, max: 1_000_000 };

export const point = defineNode({
  type: "latent.point",
  version: 1,
  title: "Place on a map",
  summary:
    "The image embedding at a place on a map: on the plane of a PCA map, otherwise the mean of the 8 nearest points, weighted by 1 / distance².",
  inputs: { map: t.map("The map.") },
  outputs: { embedding: t.sharedImageEmbedding("What lies there, for a decoder.") },
  params: {
    x: p.number("Along the map's first axis.", { default: 0, ...limits }),
    y: p.number("Along its second axis.", { default: 0, ...limits }),
  },
  run: ({ map }, { x, y }) => ({ embedding: { embedding: map.plane ? onPlane(map, x, y) : amongPoints(map, x, y) } }),
});

/** mean + x · first axis + y · second axis: what the other components hold is left at their mean. */
function onPlane({ plane }: MapValue, x: number, y: number): Float32Array {
  const { mean, axes } = plane!;
  return mean.map((middle, i) => middle + x * axes[i]! + y * axes[mean.length + i]!);
}

/** Inverse distance weighting (Shepard 1968, power 2) over the nearest points; at a point exactly its embedding. */
function amongPoints({ points, embeddings }: MapValue, x: number, y: number): Float32Array {
  const count = points.length / 2;
  const width = embeddings.length / count;
  const squares = Float64Array.from(
    { length: count },
    (_, i) => (points[2 * i]! - x) ** 2 + (points[2 * i + 1]! - y) ** 2,
  );
  const order = Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]! || a - b);
  const [first] = order as [number];
  const closest = squares[first]!;
  if (closest === 0) return embeddings.slice(first * width, (first + 1) * width);
  // In proportion to that of the nearest, which is 1: the inverse of a tiny square has no float64.
  const nearest = order.slice(0, near).map((item) => ({ start: item * width, weight: closest / squares[item]! }));
  const total = nearest.reduce((sum, { weight }) => sum + weight, 0);
  return Float32Array.from({ length: width }, (_, i) =>
    nearest.reduce((sum, { start, weight }) => sum + (weight / total) * embeddings[start + i]!, 0),
  );
}
