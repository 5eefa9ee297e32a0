import type { Part } from "./resize.ts";

/** Square tiles: their side, and by how much neighbours overlap at least, both in numbers along a side. */
export type Tiles = { readonly side: number; readonly overlap: number };

export type Size = { readonly width: number; readonly height: number };

/** Where tiles begin along a side of that length: as few as cover it, evenly spread, the first at 0 and the last at the end. */
export function tileStarts(length: number, { side, overlap }: Tiles): number[] {
  const room = length - side;
  if (room <= 0) return [0];
  const gaps = Math.ceil(room / (side - overlap));
  return Array.from({ length: gaps + 1 }, (_, i) => Math.floor((i * room) / gaps));
}

/**
 * Planes of a picture that are computed in overlapping tiles, one after the other, and blended: across an overlap the weight of a tile
 * falls smoothly to nothing at its edge, so that no edge shows (as in MultiDiffusion, Bar-Tal et al. 2023). `compute` returns the planes of one
 * tile; `factor`: how many numbers along a side come out for one that `size` and tiles count. A picture that one tile covers is what
 * `compute` returns for it.
 */
export async function computeInTiles(
  size: Size,
  tiles: Tiles,
  compute: (part: Part, index: number, count: number) => Promise<Float32Array>,
  factor = 1,
): Promise<Float32Array> {
  const [columns, rows] = [spans(size.width, tiles, factor), spans(size.height, tiles, factor)];
  const count = columns.length * rows.length;
  if (count === 1) return compute({ left: 0, top: 0, ...size }, 0, 1);
  const [width, pixels] = [factor * size.width, factor * factor * size.width * size.height];
  const weights = new Float32Array(pixels);
  let sums = new Float32Array();
  for (const [i, row] of rows.entries()) {
    for (const [j, column] of columns.entries()) {
      const part = { left: column.start, top: row.start, width: column.side, height: row.side };
      const planes = await compute(part, i * columns.length + j, count);
      const area = row.weights.length * column.weights.length;
      if (sums.length === 0) sums = new Float32Array((planes.length / area) * pixels);
      for (const [y, down] of row.weights.entries()) {
        const to = (factor * row.start + y) * width + factor * column.start;
        for (const [x, across] of column.weights.entries()) {
          const weight = down * across;
          weights[to + x]! += weight;
          for (let from = y * column.weights.length + x, plane = 0; from < planes.length; from += area, plane += pixels)
            sums[plane + to + x]! += weight * planes[from]!;
        }
      }
    }
  }
  return sums.map((sum, i) => sum / weights[i % pixels]!);
}

/** Where a tile lies along a side, and what its numbers weigh there when they come out. */
type Span = { readonly start: number; readonly side: number; readonly weights: Float32Array };

function spans(length: number, tiles: Tiles, factor: number): Span[] {
  const side = Math.min(tiles.side, length);
  const starts = tileStarts(length, { ...tiles, side });
  return starts.map((start, i) => {
    const before = i === 0 ? 0 : starts[i - 1]! + side - start;
    const after = i === starts.length - 1 ? 0 : start + side - starts[i + 1]!;
    return { start, side, weights: window(factor * side, factor * before, factor * after) };
  });
}

/** 1 in the middle, and sin² over the overlaps with the neighbours before and after: at a tile's edge next to nothing. */
function window(side: number, before: number, after: number): Float32Array {
  const rise = (from: number, overlap: number) =>
    from >= overlap ? 1 : Math.sin((Math.PI / 2) * ((from + 0.5) / overlap)) ** 2;
  return Float32Array.from({ length: side }, (_, i) => rise(i, before) * rise(side - 1 - i, after));
}

/** Of planes of a picture, those of a part of it: the planes themselves if the part is all of it. */
export function cropPlanes(data: Float32Array, { width, height }: Size, part: Part): Float32Array {
  if (part.width === width && part.height === height) return data;
  const count = data.length / (width * height);
  const cropped = new Float32Array(count * part.width * part.height);
  for (let row = 0; row < count * part.height; row++) {
    const plane = Math.floor(row / part.height);
    const from = (plane * height + part.top + (row % part.height)) * width + part.left;
    cropped.set(data.subarray(from, from + part.width), row * part.width);
  }
  return cropped;
}
