/** All states that undo and redo lead to. States are never changed, so they share what they have in common. */
export type History<S> = {
  readonly past: readonly S[];
  readonly present: S;
  readonly future: readonly S[];
  /** What the newest step did, if others of the same kind may join it: the letters of one word are one step. */
  readonly joins?: string;
};

/** How many steps can be undone. */
const deepest = 500;

/** A history with nothing to undo. */
export function begin<S>(present: S): History<S> {
  return { past: [], present, future: [] };
}

/**
 * A step to `next`. Consecutive steps with the same `joins` are undone together. A step that changes nothing does not
 * count.
 */
export function step<S>(history: History<S>, next: S, joins?: string): History<S> {
  if (Object.is(next, history.present)) return history;
  const joined = joins !== undefined && joins === history.joins && history.past.length > 0;
  const past = joined ? history.past : [...history.past, history.present].slice(-deepest);
  return joins === undefined ? { past, present: next, future: [] } : { past, present: next, future: [], joins };
}

/** The history one step back; the same history if there is nothing to undo. */
export function undo<S>(history: History<S>): History<S> {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last, future: [history.present, ...history.future] };
}

/** The history one step forward; the same history if nothing was undone. */
export function redo<S>(history: History<S>): History<S> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.present], present: next, future };
}

/** The history after which no step joins the newest one: the user's next change is a step of its own. */
export function seal<S>(history: History<S>): History<S> {
  if (history.joins === undefined) return history;
  const { joins: _, ...sealed } = history;
  return sealed;
}
