import type { Priority } from "../wire/wire.ts";
import { priorities } from "./port.ts";

/** Where a priority stands: 0 is the first to run. */
export function rankOf(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** Where a run stands: one in passing behind all others. */
export function standingOf({
  priority,
  passing,
}: {
  readonly priority: Priority;
  readonly passing?: string | undefined;
}): number {
  return passing === undefined ? rankOf(priority) : priorities.length;
}

/**
 * How many runs one passes over when it enters a line, so that owners take turns: at most one of each other owner. `behind` are the
 * owners of those that wait behind the last run of its own owner; or of all, if that has none there: then `had` are those who had
 * their turn since.
 */
export function passedOver(behind: Iterable<string>, had: Iterable<string>): number {
  const seen = new Set(had);
  let count = 0;
  for (const owner of behind) {
    if (seen.has(owner)) break;
    seen.add(owner);
    count++;
  }
  return count;
}

/** The higher one of two; the first if there is no second. */
export function higher(priority: Priority, other: Priority | undefined): Priority {
  return other !== undefined && rankOf(other) < rankOf(priority) ? other : priority;
}

/** The priority nearest to its own that a run can have between those two: a queue is sorted by priority. */
export function between(before: Priority | undefined, own: Priority, after: Priority | undefined): Priority {
  const lower = before !== undefined && rankOf(own) < rankOf(before) ? before : own;
  return higher(lower, after);
}
