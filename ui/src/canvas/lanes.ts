import { BoxIndex } from "./box-index.ts";
import { type Box, boxBetween, type Point } from "./geometry.ts";

/** Canvas units that lines of different outputs keep between them where they run side by side. */
export const laneGap = 8;

type Piece<Link> = { readonly net: string; readonly link: Link };

/** Where links run, so that those of different outputs do not run on one line. Links of one output may: they are one line that forks. */
export class Lanes<Link = unknown> {
  readonly #across = new BoxIndex<Piece<Link>>();
  readonly #down = new BoxIndex<Piece<Link>>();

  /** Adds a link's way; the returned function takes it away again. `net` is the output that it leads from. */
  add(net: string, way: readonly Point[], link: Link): () => void {
    const undo = way.slice(1).map((to, i) => {
      const from = way[i]!;
      const pieces = this.#along(from, to);
      const piece = { net, link };
      pieces.set(piece, thickened(boxBetween(from, to), 0.5));
      return () => pieces.delete(piece);
    });
    return () => {
      for (const one of undo) one();
    };
  }

  /** Whether a line between two points would run on or close beside one of another output. */
  taken(net: string, from: Point, to: Point): boolean {
    const { left, top, right, bottom } = boxBetween(from, to);
    const flat = top === bottom;
    const by = laneGap - 1;
    const near = flat
      ? { left: left + 1, right: right - 1, top: top - by, bottom: bottom + by }
      : { left: left - by, right: right + by, top: top + 1, bottom: bottom - 1 };
    return this.#along(from, to).find(near, (piece) => piece.net !== net) !== undefined;
  }

  /** The links of which a part lies in the box. */
  in(box: Box): Set<Link> {
    return new Set([...this.#across.in(box), ...this.#down.in(box)].map(({ link }) => link));
  }

  #along(from: Point, to: Point): BoxIndex<Piece<Link>> {
    return from.y === to.y ? this.#across : this.#down;
  }
}

function thickened({ left, top, right, bottom }: Box, by: number): Box {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}
