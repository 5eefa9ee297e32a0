import type { BoxIndex } from "./box-index.ts";
import { type Box, boxBetween, grown, type Point } from "./geometry.ts";
import { type Lanes, laneGap } from "./lanes.ts";
import { searchWay } from "./search-way.ts";

/** What a link has to go around, and the lines that are there. */
export type Ground = { readonly cards: BoxIndex<string>; readonly lanes: Lanes };

/** The two ends of a link: where its sockets are, and the cards that they are on, if those are known. */
export type Ends = {
  /** The output, by which links that may share a line are known. */
  readonly net: string;
  readonly from: Point;
  readonly to: Point;
  readonly source?: Box | undefined;
  readonly target?: Box | undefined;
};

/** The way of a link: corners, from the output to the input. `clear` unless it had to go behind a card. */
export type Way = { readonly points: readonly Point[]; readonly clear: boolean };

/** Canvas units that a link goes straight on from a socket before it may turn. */
const stub = 14;
/** Distances to cards that are tried, the best first. */
const clearances = [8, 3] as const;
/** Lanes that are tried beside each other. */
const lanesTried = 6;
/** Heights that are tried for a way around cards. */
const heightsTried = 48;
/** Canvas units around a link within which a way around cards is looked for. */
const around = 700;

/**
 * The way of a link in straight lines, which leaves to the right, arrives from the left, and lies behind no card. Prefers few corners,
 * then short ways, then lines of its own. If the sockets are walled in there is no such way, and the shortest one is returned.
 */
export function routeLink(ends: Ends, ground: Ground): Way {
  const { from, to, source, target } = ends;
  const start = { x: Math.max(from.x, source?.right ?? from.x) + stub, y: from.y };
  const end = { x: Math.min(to.x, target?.left ?? to.x) - stub, y: to.y };
  const way = clearWay(ends.net, start, end, ground);
  const open = isOpen(from, start, source, ground) && isOpen(to, end, target, ground);
  return { points: tidy([from, ...(way ?? plainWay(start, end)), to]), clear: way !== undefined && open };
}

function clearWay(net: string, start: Point, end: Point, ground: Ground): readonly Point[] | undefined {
  // Where a card lies over an end there is no way to it.
  const least = new Trial(net, ground, clearances[1]);
  if (!least.clear(start, start) || !least.clear(end, end)) return undefined;
  for (const clearance of clearances) {
    const trial = new Trial(net, ground, clearance);
    const found = straight(start, end, trial) ?? oneTurn(start, end, trial) ?? aroundCards(start, end, trial);
    if (found) return found;
  }
  const cards = [...ground.cards.in(grown(boxBetween(start, end), around))].map((id) => ground.cards.get(id)!);
  return searchWay(start, end, cards, clearances[1]);
}

/** Whether no card but the socket's own lies over the first piece at a socket. The socket itself is in the edge of its card. */
function isOpen(socket: Point, end: Point, own: Box | undefined, { cards }: Ground): boolean {
  const outside = { x: socket.x + 0.5 * Math.sign(end.x - socket.x), y: socket.y };
  return cards.find(grown(boxBetween(outside, end), 0.5), (id) => cards.get(id) !== own) === undefined;
}

/** The way of a link that is being dragged, over whatever lies there. */
export function looseWay(from: Point, to: Point): readonly Point[] {
  return tidy([from, ...plainWay({ x: from.x + stub, y: from.y }, { x: to.x - stub, y: to.y }), to]);
}

function plainWay(start: Point, end: Point): Point[] {
  if (end.x >= start.x) {
    const x = (start.x + end.x) / 2;
    return [start, { x, y: start.y }, { x, y: end.y }, end];
  }
  const level = Math.abs(start.y - end.y) < 2 * stub;
  const y = level ? Math.max(start.y, end.y) + 2 * stub : (start.y + end.y) / 2;
  return [start, { x: start.x, y }, { x: end.x, y }, end];
}

/** Tries lines on the ground, at one distance to the cards. */
class Trial {
  readonly net: string;
  readonly ground: Ground;
  readonly clearance: number;

  constructor(net: string, ground: Ground, clearance: number) {
    this.net = net;
    this.ground = ground;
    this.clearance = clearance;
  }

  clear(from: Point, to: Point): boolean {
    return !this.ground.cards.any(grown(boxBetween(from, to), this.clearance));
  }

  own(from: Point, to: Point): boolean {
    return !this.ground.lanes.taken(this.net, from, to);
  }

  /** The first candidate that is clear and has lines of its own, else the first that is clear. */
  best(candidates: Iterable<readonly Point[]>): readonly Point[] | undefined {
    let shared: readonly Point[] | undefined;
    for (const way of candidates) {
      if (!pairs(way).every(([a, b]) => this.clear(a, b))) continue;
      if (pairs(way).every(([a, b]) => this.own(a, b))) return way;
      shared ??= way;
    }
    return shared;
  }
}

function straight(start: Point, end: Point, trial: Trial): readonly Point[] | undefined {
  const level = Math.abs(start.y - end.y) < 0.5 && end.x >= start.x;
  return level && trial.clear(start, end) ? [start, end] : undefined;
}

/** Across, up or down, and across: where it turns is the lane. */
function oneTurn(start: Point, end: Point, trial: Trial): readonly Point[] | undefined {
  if (end.x < start.x) return undefined;
  const ways = lanesBetween(start.x, end.x).map((x) => [start, { x, y: start.y }, { x, y: end.y }, end]);
  return trial.best(ways);
}

/** Lanes between two places: from the middle of a narrow gap outwards; in a wide one near both ends first. */
function lanesBetween(left: number, right: number): number[] {
  const middle = (left + right) / 2;
  const inside = (x: number) => x >= left && x <= right;
  const steps = Array.from({ length: lanesTried }, (_, i) => i * laneGap);
  const narrow = right - left < 2 * lanesTried * laneGap;
  const first = narrow ? [] : steps.flatMap((by) => [left + by, right - by]);
  return [...first, ...steps.flatMap((by) => [middle - by, middle + by]), left, right].filter(inside);
}

/** Out, up or down to a height at which the way across is clear, across, and up or down again: forwards over cards, or back as a loop. */
function aroundCards(start: Point, end: Point, trial: Trial): readonly Point[] | undefined {
  const box = boxBetween(start, end);
  const cards = [...trial.ground.cards.in(grown(box, around))].map((id) => trial.ground.cards.get(id)!);
  const heights = [...heightsBeside(cards, trial.clearance), (start.y + end.y) / 2];
  const cost = (y: number) => Math.abs(y - start.y) + Math.abs(y - end.y);
  heights.sort((a, b) => cost(a) - cost(b));
  const steps = Array.from({ length: lanesTried }, (_, i) => i * laneGap);
  let shared: readonly Point[] | undefined;
  for (const y of heights.slice(0, heightsTried)) {
    const out = trial.best(steps.map((by) => [start, { x: start.x + by, y: start.y }, { x: start.x + by, y }]));
    const back = out && trial.best(steps.map((by) => [end, { x: end.x - by, y: end.y }, { x: end.x - by, y }]));
    if (!back) continue;
    const [left, right] = [out.at(-1)!, back.at(-1)!];
    // Back along its own line it would not be seen to turn.
    if (left.x > right.x && Math.min(Math.abs(y - start.y), Math.abs(y - end.y)) < laneGap) continue;
    if (!trial.clear(left, right)) continue;
    const way = [...out, ...back.toReversed()];
    if (pairs(way).every(([a, b]) => trial.own(a, b))) return way;
    shared ??= way;
  }
  return shared;
}

/** Heights just above and below each card, with lanes. */
function heightsBeside(cards: readonly Box[], clearance: number): number[] {
  const by = (lane: number) => clearance + 2 + lane * laneGap;
  return cards.flatMap(({ top, bottom }) => [0, 1, 2].flatMap((lane) => [top - by(lane), bottom + by(lane)]));
}

function pairs(points: readonly Point[]): (readonly [Point, Point])[] {
  return points.slice(1).map((to, i) => [points[i]!, to]);
}

/** Without points that lie on one another or on the line between their neighbours. */
function tidy(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [before, last] = [kept.at(-2), kept.at(-1)];
    if (last && last.x === point.x && last.y === point.y) continue;
    const on = (axis: "x" | "y") => before && last && before[axis] === last[axis] && last[axis] === point[axis];
    if (on("x") || on("y")) kept.pop();
    kept.push(point);
  }
  return kept;
}
