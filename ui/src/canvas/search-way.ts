import { Heap } from "@clipwork/engine";
import { type Box, boxBetween, grown, overlap, type Point } from "./geometry.ts";

/** Canvas units that a corner counts for. */
const corner = 40;
/** Cards among which a way is looked for: those nearest to the ends. */
const most = 40;
/** Places that are looked at before the search is given up: what is not found by then is no way that one would follow with the eye. */
const mostSteps = 6_000;

type Step = {
  readonly x: number;
  readonly y: number;
  readonly across: boolean;
  readonly cost: number;
  readonly from?: Step;
};

/**
 * The shortest way between two points along lines beside the cards, which keeps its distance to all of them; undefined if they are
 * walled in. Dijkstra's algorithm on the grid of those lines, each place once by direction: for the few links that no simple way suits.
 */
export function searchWay(start: Point, end: Point, all: readonly Box[], clearance: number): Point[] | undefined {
  const isClear = (a: Point, b: Point) => {
    const room = grown(boxBetween(a, b), clearance);
    return !all.some((card) => overlap(card, room));
  };
  const far = ({ left, top, right, bottom }: Box) =>
    Math.min(...[start, end].map(({ x, y }) => Math.hypot((left + right) / 2 - x, (top + bottom) / 2 - y)));
  const cards = all.toSorted((a, b) => far(a) - far(b)).slice(0, most);
  const by = clearance + 1;
  const xs = axis([start.x, end.x, ...cards.flatMap(({ left, right }) => [left - by, right + by])]);
  const ys = axis([start.y, end.y, ...cards.flatMap(({ top, bottom }) => [top - by, bottom + by])]);
  const best = new Map<string, number>();
  const open = new Heap<Step>((a, b) => a.cost < b.cost);
  open.push({ x: xs.indexOf(start.x), y: ys.indexOf(start.y), across: true, cost: 0 });
  for (let steps = 0; steps < mostSteps; steps++) {
    const now = open.pop();
    if (!now) return undefined;
    const at = { x: xs[now.x]!, y: ys[now.y]! };
    if (at.x === end.x && at.y === end.y && now.from) return traced(now, xs, ys);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const [x, y] = [now.x + dx, now.y + dy];
      const to = { x: xs[x]!, y: ys[y]! };
      if (xs[x] === undefined || ys[y] === undefined) continue;
      // Out of the output to the right, and into the input from the left.
      if (dx < 0 && (!now.from || (to.x === end.x && to.y === end.y))) continue;
      const across = dy === 0;
      const cost = now.cost + Math.abs(to.x - at.x) + Math.abs(to.y - at.y) + (across === now.across ? 0 : corner);
      const key = `${x} ${y} ${dx} ${dy}`;
      if ((best.get(key) ?? Number.POSITIVE_INFINITY) <= cost || !isClear(at, to)) continue;
      best.set(key, cost);
      open.push({ x, y, across, cost, from: now });
    }
  }
  return undefined;
}

function axis(places: readonly number[]): number[] {
  return [...new Set(places)].sort((a, b) => a - b);
}

function traced(last: Step, xs: readonly number[], ys: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let step: Step | undefined = last; step; step = step.from) points.unshift({ x: xs[step.x]!, y: ys[step.y]! });
  return points;
}
