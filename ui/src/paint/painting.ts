import type { Point } from "../canvas/geometry.ts";

/** One movement of the brush, in pixels of the picture: white, or black again where it erases. */
export type Stroke = {
  readonly points: readonly Point[];
  readonly radius: number;
  readonly erases: boolean;
};

/** What one step painted: a stroke, or all of it taken away. */
export type Mark = Stroke | "clear";

/** A painting as the steps that made it, so that each can be undone. */
export type Painting = { readonly done: readonly Mark[]; readonly undone: readonly Mark[] };

export const blank: Painting = { done: [], undone: [] };

/** One step more; what was undone can no longer be done again. */
export function paint({ done }: Painting, mark: Mark): Painting {
  return { done: [...done, mark], undone: [] };
}

/** The newest stroke goes on to a point. */
export function extend(painting: Painting, point: Point): Painting {
  const last = painting.done.at(-1);
  if (last === undefined || last === "clear") return painting;
  return { ...painting, done: [...painting.done.slice(0, -1), { ...last, points: [...last.points, point] }] };
}

export function undo({ done, undone }: Painting): Painting {
  const last = done.at(-1);
  return last === undefined ? { done, undone } : { done: done.slice(0, -1), undone: [last, ...undone] };
}

export function redo({ done, undone }: Painting): Painting {
  const [next, ...rest] = undone;
  return next === undefined ? { done, undone } : { done: [...done, next], undone: rest };
}

/** The marks that can still be seen: those since everything was taken away, and whether what was there before is gone too. */
export function visible({ done }: Painting): { readonly cleared: boolean; readonly strokes: readonly Stroke[] } {
  const cleared = done.lastIndexOf("clear");
  return { cleared: cleared >= 0, strokes: done.slice(cleared + 1) as readonly Stroke[] };
}
