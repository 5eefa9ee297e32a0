import type { LoggedEvent } from "../../wire/wire.ts";

/** Events that a decision about progress looks at. */
const kinds = ["run.started", "node.finished", "node.progress"] as const satisfies readonly LoggedEvent["event"][];

/** Whether the JSON may be of an event that `gotFurther` looks at: most of a long log need not be parsed. */
export const tellsProgress = (json: string) => kinds.some((kind) => json.includes(`"${kind}"`));

/**
 * Whether a run got further after the event of that number than at any time before: an item of a node was finished for the first time,
 * or began at a later step than ever, which it does from a newer checkpoint. A run can do so a limited number of times. It has to hear the log from
 * its beginning, in order.
 */
export class Further {
  readonly #after: number;
  readonly #finished = new Set<string>();
  /** The latest step at which an item ever began. */
  readonly #began = new Map<string, number>();
  /** Items that have told a step in this attempt. */
  readonly #under = new Set<string>();

  constructor(after: number) {
    this.#after = after;
  }

  /** Hears the next event. True if the run got further by it. */
  hear(event: LoggedEvent): boolean {
    if (event.event === "run.started") this.#under.clear();
    if (event.event !== "node.finished" && event.event !== "node.progress") return false;
    const item = `${event.node} ${event.item}`;
    const isLate = event.seq > this.#after;
    if (event.event === "node.finished") {
      const isFirst = !this.#finished.has(item);
      this.#finished.add(item);
      return isLate && isFirst;
    }
    if (event.step <= 0 || this.#under.has(item)) return false;
    this.#under.add(item);
    const before = this.#began.get(item);
    this.#began.set(item, Math.max(before ?? 0, event.step));
    return isLate && before !== undefined && event.step > before;
  }
}

/** The same for a log that is at hand. */
export function gotFurther(log: Iterable<LoggedEvent>, after: number): boolean {
  const further = new Further(after);
  for (const event of log) if (further.hear(event)) return true;
  return false;
}
