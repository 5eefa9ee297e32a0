import { BoxIndex } from "../canvas/box-index.ts";
import { type Box, isSameBox, type Point } from "../canvas/geometry.ts";
import { Lanes } from "../canvas/lanes.ts";
import { looseWay, routeLink, type Way } from "../canvas/route.ts";
import type { End } from "../document/edit.ts";
import type { LinkElement } from "./link-element.ts";

/** A link that hangs between two sockets; without a node at one end it is being dragged. */
type Wire = {
  readonly element: LinkElement;
  readonly from: End | undefined;
  readonly to: End | undefined;
  start?: Point;
  end?: Point;
  /** Its way as it was routed last, and what takes it out of the lanes. */
  way?: Way;
  leave?: () => void;
};

/** The handle of a link in the layer. */
export type Hanging = {
  start(point: Point): void;
  end(point: Point): void;
  remove(): void;
};

/** Where all links run. Only those are routed again whose ends have moved, or whose way a card has come into or has left. */
export type LinkLayer = {
  add(element: LinkElement, from: End | undefined, to: End | undefined): Hanging;
  /** A card stands there now; undefined: it is gone. */
  card(id: string, box: Box | undefined): void;
  /** These nodes are dragged together from now on. */
  lift(ids: ReadonlySet<string>): void;
  /** The drag has ended: links lie as if it had never been, once the cards are put where they stand. */
  drop(): void;
  /** Whether all links are drawn as they are. */
  readonly settled: boolean;
};

/** With more nodes than this in the hand their links are not routed until they are put down. */
export const few = 24;
/** Milliseconds of a frame that routing may take; what is left then comes in the next one. */
const frameMs = 10;
/** Canvas units around a place that a card has left, within which links may find a better way. */
const beside = 40;

export function createLinkLayer(): LinkLayer {
  const cards = new BoxIndex<string>();
  const lanes = new Lanes<Wire>();
  const wires = new Set<Wire>();
  const stale = new Set<Wire>();
  let lifted: ReadonlySet<string> = new Set();
  let waiting = false;

  function later(): void {
    if (waiting || stale.size === 0) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const end = performance.now() + frameMs;
      for (const wire of stale) {
        stale.delete(wire);
        draw(wire);
        if (performance.now() > end) break;
      }
      later();
    });
  }

  function touch(wire: Wire): void {
    stale.add(wire);
    later();
  }

  const inHand = (end: End | undefined) => end !== undefined && lifted.has(end.node);

  function draw(wire: Wire): void {
    const { element, from, to, start, end, way } = wire;
    if (!start || !end) return;
    if (!from || !to) {
      element.draw({ points: looseWay(start, end), clear: true });
      return;
    }
    if (lifted.size > few && (inHand(from) || inHand(to))) {
      const first = way?.points[0];
      if (first && inHand(from) && inHand(to)) element.shift({ x: start.x - first.x, y: start.y - first.y });
      else element.draw({ points: looseWay(start, end), clear: false });
      return;
    }
    wire.leave?.();
    const net = `${from.node}.${from.port}`;
    const ends = { net, from: start, to: end, source: cards.get(from.node), target: cards.get(to.node) };
    wire.way = routeLink(ends, { cards, lanes });
    wire.leave = lanes.add(net, wire.way.points, wire);
    element.draw(wire.way);
  }

  function around(box: Box, by: number): void {
    const { left, top, right, bottom } = box;
    for (const wire of lanes.in({ left: left - by, top: top - by, right: right + by, bottom: bottom + by }))
      touch(wire);
  }

  function place(id: string, box: Box | undefined): void {
    const before = cards.get(id);
    if (before === box || (before && box && isSameBox(before, box))) return;
    if (before) around(before, beside);
    if (box) {
      cards.set(id, box);
      around(box, 1);
    } else cards.delete(id);
  }

  return {
    add(element, from, to) {
      const wire: Wire = { element, from, to };
      wires.add(wire);
      return {
        start(point) {
          if (isSame(wire.start, point)) return;
          wire.start = point;
          touch(wire);
        },
        end(point) {
          if (isSame(wire.end, point)) return;
          wire.end = point;
          touch(wire);
        },
        remove() {
          wires.delete(wire);
          stale.delete(wire);
          wire.leave?.();
        },
      };
    },
    card: place,
    lift(ids) {
      lifted = ids;
    },
    drop() {
      for (const wire of wires) if (inHand(wire.from) || inHand(wire.to)) touch(wire);
      lifted = new Set();
    },
    get settled() {
      return stale.size === 0;
    },
  };
}

function isSame(a: Point | undefined, b: Point): boolean {
  return a?.x === b.x && a.y === b.y;
}
