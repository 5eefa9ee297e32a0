import { NodeError, p } from "@clipwork/engine";
import type { Tiles } from "../diffusion/tiles.ts";

/** What networks halve a picture to: sides of other tiles would not come out as they went in. */
const multiple = 32;

/** Parameters of nodes that compute in tiles. `usual`: what they do if no size is set. */
export const tileParams = (usual: string) => ({
  tileSize: p.integer(`Side of a tile of the picture in pixels: smaller ones take less memory; empty ${usual}.`, {
    default: null,
    min: 32,
    max: 4096,
  }),
  tileOverlap: p.integer("Pixels by which neighbouring tiles overlap at least; empty takes a quarter of a tile.", {
    default: null,
    min: 0,
    max: 2048,
  }),
});

export type TileParams = { readonly tileSize: number | null; readonly tileOverlap: number | null };

/** The tiles that the parameters ask for, in pixels; `usual` is their side if none is set. Throws NodeError if they do not fit together. */
export function tilesOf({ tileSize, tileOverlap }: TileParams, usual: number): Tiles {
  const side = tileSize ?? usual;
  if (side !== usual && side % multiple !== 0) {
    throw new NodeError(
      `"tileSize" is ${side}, but must be a multiple of ${multiple}.`,
      `Set "tileSize" to ${multiple * Math.round(side / multiple)}.`,
    );
  }
  const overlap = tileOverlap ?? Math.floor(side / 4);
  if (overlap < side) return { side, overlap };
  throw new NodeError(
    `"tileOverlap" is ${overlap}, but a tile has a side of ${side}.`,
    `Set "tileOverlap" to less than ${side}; a quarter of it leaves no seam.`,
  );
}
