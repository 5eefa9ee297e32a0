import type { Point } from "../canvas/geometry.ts";
import type { Snapping } from "./snapping.ts";

/** Drags a node with its company, by whatever has been pressed: its card, or the frame of a group. */
export type NodeDrag = {
  /** The node that is dragged. */
  readonly id: string | undefined;
  /** It is pulled to this place. The first pull begins the drag. */
  to(id: string, place: Point): void;
  /** It is released. */
  end(id: string): void;
  /** Whatever is dragged goes back to where it was, and is no longer dragged. */
  cancel(): void;
};

type Needs = {
  placeOf(id: string): Point | undefined;
  /** The ids that move when the node is dragged. */
  company(id: string): Iterable<string>;
  begin(ids: ReadonlySet<string>): void;
  carry(ids: ReadonlySet<string>, by: Point): void;
  /** All of them stand where they were carried to; without `by`, where they were. */
  end(ids: ReadonlySet<string>, by: Point | undefined): void;
  readonly snapping: Pick<Snapping, "place">;
};

export function createNodeDrag({ placeOf, company, begin, carry, end, snapping }: Needs): NodeDrag {
  let dragged:
    | { readonly id: string; readonly from: Point; readonly ids: ReadonlySet<string>; by: Point | undefined }
    | undefined;
  return {
    get id() {
      return dragged?.id;
    },
    to(id, place) {
      if (dragged && dragged.id !== id) return;
      if (!dragged) {
        const from = placeOf(id);
        if (!from) return;
        const ids = new Set([id, ...[...company(id)].filter((other) => placeOf(other))]);
        dragged = { id, from, ids, by: undefined };
        begin(ids);
      }
      const { from, ids } = dragged;
      const { x, y } = snapping.place(from, place);
      dragged.by = { x: x - from.x, y: y - from.y };
      carry(ids, dragged.by);
    },
    end(id) {
      if (dragged?.id !== id) return;
      const { ids, by } = dragged;
      dragged = undefined;
      end(ids, by);
    },
    cancel() {
      if (!dragged) return;
      const { ids } = dragged;
      carry(ids, { x: 0, y: 0 });
      dragged = undefined;
      end(ids, undefined);
    },
  };
}
