import type { LoggedEvent } from "../../wire/wire.ts";

/** Events that a decision about progress looks at. */
const kinds = ["run.started", "node.finished", "node.progress"] as const satisfies readonly LoggedEvent["event"][];

/** Whether the JSON may be of an event that `gotFurther` looks at: most of a long log need not be parsed. */
export const tellsProgress = (json: string) => kinds.some((kind) => json.includes(`"${kind}"`));

/**
 * Whether a run got further after the event of that number than at any time before: an item of a node was finished for the first time,
 * or began at a later step than ever, which it does from a newer checkpoint. A run can do so a limited number of times.
 */
export function gotFurther(log: Iterable<LoggedEvent>, after: number): boolean {
  const finished = new Set<string>();
  /** The latest step at which an item ever began. */
  const began = new Map<string, number>();
  /** Items that have told a step in this attempt. */
  const under = new Set<string>();
  for (const event of log) {
    if (event.event === "run.started") under.clear();
    if (event.event !== "node.finished" && event.event !== "node.progress") continue;
    const item = `${event.node} ${event.item}`;
    if (event.event === "node.finished") {
      if (event.seq > after && !finished.has(item)) return true;
      finished.add(item);
    } else if (event.step > 0 && !under.has(item)) {
      under.add(item);
      const before = began.get(item);
      if (event.seq > after && before !== undefined && event.step > before) return true;
      began.set(item, Math.max(before ?? 0, event.step));
    }
  }
  return false;
}
