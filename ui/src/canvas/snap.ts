import { type Box, boxAround, type Point } from "./geometry.ts";

/** A line at which cards are aligned: at `at` along its axis ("x" is a vertical line), between two points of the other one. */
export type SnapLine = { readonly axis: "x" | "y"; readonly at: number; readonly from: number; readonly to: number };

export type Snapped = {
  /** How far the box goes to stand in line. */
  readonly by: Point;
  readonly lines: readonly SnapLine[];
};

type Axis = "x" | "y";
/** Canvas units within which two coordinates are the same. */
const equal = 0.5;

/**
 * Where a box goes to stand in line with others: edges with edges and centres with centres, in each direction on its own, whichever is
 * nearest within `reach`.
 */
export function snapTo(box: Box, others: readonly Box[], reach: number): Snapped {
  const x = nearest("x", box, others, reach);
  const y = nearest("y", box, others, reach);
  const by = { x: x ?? 0, y: y ?? 0 };
  const moved = shifted(box, by);
  return {
    by,
    lines: [
      ...(x === undefined ? [] : linesAt("x", moved, others)),
      ...(y === undefined ? [] : linesAt("y", moved, others)),
    ],
  };
}

function nearest(axis: Axis, box: Box, others: readonly Box[], reach: number): number | undefined {
  let best: number | undefined;
  for (const other of others)
    for (const [mine, theirs] of pairs(axis, box, other)) {
      const by = theirs - mine;
      if (Math.abs(by) <= reach && (best === undefined || Math.abs(by) < Math.abs(best))) best = by;
    }
  return best;
}

/** Coordinates of two boxes that may be in line: edges with edges, the centre with the centre. */
function pairs(axis: Axis, box: Box, other: Box): readonly (readonly [mine: number, theirs: number])[] {
  const [from, to] = extent(axis, box);
  const [start, end] = extent(axis, other);
  return [
    [from, start],
    [to, end],
    [from, end],
    [to, start],
    [(from + to) / 2, (start + end) / 2],
  ];
}

function linesAt(axis: Axis, box: Box, others: readonly Box[]): SnapLine[] {
  const lines = new Map<number, Box[]>();
  for (const other of others)
    for (const [mine, theirs] of pairs(axis, box, other))
      if (Math.abs(mine - theirs) < equal) lines.set(theirs, [...(lines.get(theirs) ?? [box]), other]);
  return [...lines].map(([at, boxes]) => {
    const [from, to] = extent(axis === "x" ? "y" : "x", boxAround(boxes)!);
    return { axis, at, from, to };
  });
}

function extent(axis: Axis, { left, right, top, bottom }: Box): readonly [number, number] {
  return axis === "x" ? [left, right] : [top, bottom];
}

function shifted({ left, top, right, bottom }: Box, { x, y }: Point): Box {
  return { left: left + x, top: top + y, right: right + x, bottom: bottom + y };
}
