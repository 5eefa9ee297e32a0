import { defineKind, type PictureSheet, utf8, writeCsv } from "@clipwork/engine";
import { drawMap } from "./draw-map.ts";
import { rasterise } from "./png.ts";

/** A 2-D map of N image embeddings of D numbers, from which a place of the map can be turned back into an embedding. */
export type MapValue = {
  readonly method: "pca" | "umap";
  /** x and y of each: [N, 2]. */
  readonly points: Float32Array;
  /** The embeddings, raw: [N, D]. */
  readonly embeddings: Float32Array;
  /** N, or none. */
  readonly labels: readonly string[];
  readonly sheet?: PictureSheet;
  /** Of a map that is a plane in the space; x and y are coordinates along its axes. */
  readonly plane?: MapPlane;
};

export type MapPlane = {
  /** The embedding at (0, 0): [D]. */
  readonly mean: Float32Array;
  /** Two orthonormal directions: [2, D]. */
  readonly axes: Float32Array;
  /** Share of the embeddings' variance along each, 0 to 1. */
  readonly shares: readonly number[];
};

/** Points of the largest map. */
export const maxMapPoints = 10_000;
/** The format's own limit. */
const maxWebpSide = 16_383;

export const map = defineKind<MapValue>({
  kind: "map",
  hue: 346,
  card: "square",
  check(value) {
    const { method, points, embeddings, labels, sheet, plane } = Object(value) as { [field: string]: unknown };
    if (method !== "pca" && method !== "umap") return `is not a map: its method is ${String(method)}`;
    if (!(points instanceof Float32Array) || points.length === 0 || points.length % 2 > 0)
      return "is not a map: it needs x and y of each point as float32";
    const count = points.length / 2;
    if (count > maxMapPoints) return `is not a map: it has more than ${maxMapPoints} points`;
    if (!(embeddings instanceof Float32Array) || embeddings.length === 0 || embeddings.length % count > 0)
      return `is not a map: ${count} points do not share its embeddings evenly`;
    if (!Array.isArray(labels) || !labels.every((label) => typeof label === "string"))
      return "is not a map: its labels are not a list of texts";
    if (labels.length > 0 && labels.length !== count)
      return `is not a map: ${count} points have ${labels.length} labels`;
    return checkSheet(sheet, count) ?? checkPlane(plane, method, embeddings.length / count);
  },
  view: (value) => ({ kind: "map", axes: axesOf(value), ...drawn(value) }),
  async publish(value) {
    const svg = utf8(await drawMap({ axes: axesOf(value), ...drawn(value) }));
    return [
      { ending: ".svg", media: "image/svg+xml", bytes: svg },
      { ending: ".png", media: "image/png", bytes: await rasterise(svg), picture: true },
      { ending: ".csv", media: "text/csv; charset=utf-8", bytes: utf8(writeCsv(rowsOf(value))) },
      { ending: ".json", media: "application/json", bytes: utf8(`${JSON.stringify(jsonOf(value))}\n`) },
    ];
  },
});

function checkSheet(sheet: unknown, count: number): string | undefined {
  if (sheet === undefined) return undefined;
  const { side, columns, webp } = Object(sheet) as { [field: string]: unknown };
  const whole = (number: unknown): number is number => Number.isSafeInteger(number) && (number as number) >= 1;
  if (!whole(side) || !whole(columns)) return "is not a map: its sheet of pictures has no side or no columns";
  if (side * Math.max(columns, Math.ceil(count / columns)) > maxWebpSide)
    return `is not a map: its sheet of pictures is more than ${maxWebpSide} pixels a side`;
  return webp instanceof Uint8Array && webp.length > 0 ? undefined : "is not a map: its sheet has no bytes";
}

function checkPlane(plane: unknown, method: string, width: number): string | undefined {
  if ((plane !== undefined) !== (method === "pca")) return "is not a map: a map by PCA is a plane, and no other is";
  if (plane === undefined) return undefined;
  const { mean, axes, shares } = Object(plane) as { [field: string]: unknown };
  const floats = (value: unknown, length: number) => value instanceof Float32Array && value.length === length;
  if (!floats(mean, width) || !floats(axes, 2 * width))
    return `is not a map: its plane needs a mean and two axes of ${width} numbers`;
  return Array.isArray(shares) && shares.length === 2 && shares.every(Number.isFinite)
    ? undefined
    : "is not a map: its plane has no two shares of the variance";
}

/** What the axes are, in words. */
function axesOf({ plane }: MapValue): readonly [string, string] {
  if (!plane) return ["UMAP, first", "UMAP, second"];
  const word = (name: string, share: number) => `${name} component, ${(100 * share).toFixed(1)} % of the variance`;
  return [word("first", plane.shares[0]!), word("second", plane.shares[1]!)];
}

/** What of a map is to be seen. */
function drawn({ points, labels, sheet }: MapValue) {
  return { points, labels, ...(sheet ? { sheet } : {}) };
}

function* rowsOf({ points, labels }: MapValue): Generator<readonly (string | number)[]> {
  yield labels.length > 0 ? ["item", "x", "y", "label"] : ["item", "x", "y"];
  for (let item = 0; item < points.length / 2; item++) {
    const row = [item, points[2 * item]!, points[2 * item + 1]!];
    yield labels.length > 0 ? [...row, labels[item]!] : row;
  }
}

/** The points, and what turns a place of a plane back into an embedding: mean + x · first axis + y · second axis. */
function jsonOf({ method, points, labels, plane }: MapValue): object {
  const at = (item: number) => ({ x: points[2 * item], y: points[2 * item + 1] });
  const list = Array.from({ length: points.length / 2 }, (_, item) =>
    labels.length > 0 ? { ...at(item), label: labels[item] } : at(item),
  );
  if (!plane) return { method, points: list };
  const width = plane.mean.length;
  const axes = [plane.axes.subarray(0, width), plane.axes.subarray(width)].map((axis) => [...axis]);
  return { method, points: list, plane: { mean: [...plane.mean], axes, shares: plane.shares } };
}
