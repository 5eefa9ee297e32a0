import { type EndState, endOf } from "@clipwork/engine";
import type { LoggedEvent, RunOutput } from "../wire/wire.ts";
import { type LogEntry, maxEvents } from "./port.ts";

/** What an event changes in the record of its run. */
export type LogEffect = {
  /** The run's error, unless it has one. */
  readonly error?: string;
  readonly output?: RunOutput;
  readonly end?: EndState;
};

/** What follows from an event for the run's record. */
export function effectOf(entry: LogEntry | LoggedEvent): LogEffect {
  if (entry.event === "node.failed") return { error: `${entry.node}: ${entry.message}` };
  if (entry.event === "run.output") return { output: entry.output };
  const end = endOf(entry);
  return end ? { end } : {};
}

/** The first of the events: as many as show `limit` values together, where any other event counts as one, and one at least. */
export function firstOf(events: Iterable<LoggedEvent>, limit: number): readonly LoggedEvent[] {
  const first: LoggedEvent[] = [];
  let left = limit;
  for (const event of events) {
    left -= sizeOf(event);
    if (left < 0 && first.length > 0) break;
    first.push(event);
  }
  return first;
}

/** How much an event counts where few are to be kept or sent: one with many values as many. */
export function sizeOf(event: LoggedEvent): number {
  return event.event === "node.values" ? event.values.length : 1;
}

/** True if an event with that number is one too many: a step or a preview of a run that already has very many events. */
export function isTooMuch(entry: LogEntry, seq: number): boolean {
  return seq > maxEvents && (entry.event === "node.progress" || entry.event === "node.preview");
}

/** The event that ends a run whose worker cannot end it. */
export function endedBy(event: "run.failed" | "run.cancelled"): LogEntry {
  return { event, executed: 0, cached: 0, outputs: [], ms: 0 };
}

/** What the log says about a run that waits again, and about one that has been lost too often. */
export const continues = (what: string) => `${what}; the run continues with what was kept.`;
export const lostTooOften = (what: string, attempts: number) =>
  `${what}, on each of ${attempts} attempts. Retry the run by hand once the cause is fixed.`;
