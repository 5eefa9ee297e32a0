import { list, NodeError, optional, p } from "@clipwork/engine";
import { resizeBicubic } from "../diffusion/resize.ts";
import type { ImageEmbeddingValue } from "../kinds/image-embedding.ts";
import type { ImageValue } from "../kinds/image-value.ts";
import { type MapValue, maxMapPoints } from "../kinds/map.ts";
import { requireOneEach } from "../kinds/one-each.ts";
import { type Rgb8, toRgb8 } from "../kinds/pixels.ts";
import { makeSheet, thumbnailSide } from "../kinds/sheet.ts";
import { t } from "../kinds/t.ts";
import { vectorsOf } from "../kinds/vectors-of.ts";
import { defineNode } from "../stage/services.ts";
import type { Host } from "../stage/stage.ts";
import { pca, project } from "../statistics/pca.ts";
import { maxUmapPoints, umap } from "./umap.ts";

const leastPoints = 3;
/** Epochs of UMAP from a preview to the next. */
const epochsShown = 50;

export const mapEmbeddings = defineNode({
  type: "probe.map",
  version: 1,
  title: "Map of embeddings",
  summary:
    "Places image embeddings in a plane: by PCA on the two directions in which they differ most, by UMAP so that near ones stay near.",
  inputs: {
    embeddings: list(t.sharedImageEmbedding("The embeddings, at least 3.")),
    pictures: optional(list(t.image("A picture for each embedding, to be seen at its point."))),
    labels: optional(list(t.text("A text for each embedding, such as its caption."))),
  },
  outputs: { map: t.map("The map, from which any place can be decoded.") },
  params: {
    method: p.choice("How the embeddings are placed.", ["pca", "umap"], "pca"),
    neighbours: p.integer(
      "How many nearest embeddings each one stays near to: few keep small groups. Only used by umap.",
      {
        default: 15,
        min: 2,
        max: 200,
      },
    ),
    distance: p.number("How close points may lie in the plane. Only used by umap.", { default: 0.1, min: 0, max: 1 }),
    seed: p.seed("Decides where umap begins: the same seed gives the same map."),
  },
  async run({ embeddings, pictures, labels }, params, host) {
    const rows = stackRows(embeddings);
    const count = embeddings.length;
    requireOneEach("pictures", pictures, count, "embeddings");
    requireOneEach("labels", labels, count, "embeddings");
    const sheet = pictures && (await makeSheet(shrink(pictures), thumbnailSide(count)));
    const shared = { embeddings: rows, labels: labels ?? [], ...(sheet ? { sheet } : {}) };
    return { map: params.method === "pca" ? byPca(shared, count) : await byUmap(shared, count, params, host) };
  },
});

type Shared = Pick<MapValue, "embeddings" | "labels" | "sheet">;

/** N embeddings of one length as rows: [N, D]. */
function stackRows(embeddings: readonly ImageEmbeddingValue[]): Float32Array {
  const count = embeddings.length;
  if (count < leastPoints)
    throw new NodeError(
      `A map needs at least ${leastPoints} embeddings, and there are ${count}.`,
      "Give a longer list.",
    );
  if (count > maxMapPoints)
    throw new NodeError(`A map has at most ${maxMapPoints} points, and there are ${count}.`, "Give a shorter list.");
  const vectors = vectorsOf(embeddings);
  const width = vectors[0]!.length;
  if (width < 2) throw new NodeError("The embeddings have one number each.", "Give embeddings of a CLIP space.");
  const rows = new Float32Array(count * width);
  for (const [row, vector] of vectors.entries()) rows.set(vector, row * width);
  return rows;
}

/** Pictures whose longer side is a thumbnail's. */
function shrink(pictures: readonly ImageValue[]): readonly Rgb8[] {
  const side = thumbnailSide(pictures.length);
  return pictures.map((picture) => {
    const scale = side / Math.max(picture.width, picture.height);
    const fit = (length: number) => Math.max(1, Math.round(length * scale));
    return toRgb8(resizeBicubic(picture, fit(picture.width), fit(picture.height)));
  });
}

/** Onto the plane through the mean along the two directions of largest variance. */
function byPca(shared: Shared, count: number): MapValue {
  const { embeddings } = shared;
  const width = embeddings.length / count;
  const rows = Array.from({ length: count }, (_, row) => embeddings.subarray(row * width, (row + 1) * width));
  const basis = pca(rows);
  const total = (basis.eigenvalues as Float64Array).reduce((sum, value) => sum + value, 0);
  if (!(total > 0))
    throw new NodeError(
      "All embeddings are equal, so there is no direction in which they differ.",
      "Give embeddings of several pictures or captions.",
    );
  const plane = {
    mean: Float32Array.from(basis.mean),
    axes: Float32Array.from(basis.components.subarray(0, 2 * width)),
    shares: [basis.eigenvalues[0]! / total, basis.eigenvalues[1]! / total],
  };
  const points = new Float32Array(2 * count);
  for (const [item, row] of rows.entries()) points.set(project(basis, row, 2), 2 * item);
  return { method: "pca", points, ...shared, plane };
}

type UmapParams = { readonly neighbours: number; readonly distance: number; readonly seed: number };

async function byUmap(shared: Shared, count: number, params: UmapParams, host: Host): Promise<MapValue> {
  const { neighbours, distance, seed } = params;
  if (count > maxUmapPoints)
    throw new NodeError(`UMAP places at most ${maxUmapPoints} points here, and there are ${count}.`, 'Choose "pca".');
  if (neighbours >= count)
    throw new NodeError(
      `"neighbours" is ${neighbours}, and each of ${count} embeddings has ${count - 1} others.`,
      `Set "neighbours" to at most ${count - 1}.`,
    );
  const show = (points: Float32Array): MapValue => ({ method: "umap", points, ...shared });
  const points = await umap(shared.embeddings, count, {
    ...{ seed, neighbours, minDistance: distance, signal: host.signal },
    onEpoch(epoch, epochs, points) {
      host.progress(epoch, epochs);
      if (epoch % epochsShown === 0 && epoch < epochs) host.preview("map", show(points()));
    },
  });
  return show(points);
}
