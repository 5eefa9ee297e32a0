import { type EndState, endOf } from "@clipwork/engine";
import type { LoggedEvent, RunOutput } from "../wire/wire.ts";
import { type LogEntry, type Logged, type LoggedJson, maxAttempts, maxEvents } from "./port.ts";

/** What an event changes in the record of its run. */
export type LogEffect = {
  /** The run's error, unless it has one. */
  readonly error?: string;
  readonly output?: RunOutput;
  readonly end?: EndState;
};

/** What follows from an event for the run's record. */
export function effectOf(entry: LogEntry): LogEffect {
  if (entry.event === "node.failed") return { error: `${entry.node}: ${entry.message}` };
  if (entry.event === "run.output") return { output: entry.output };
  const end = endOf(entry);
  return end ? { end } : {};
}

/** Events that only say how a run goes on. */
const steps: ReadonlySet<string> = new Set<LogEntry["event"]>(["node.progress", "node.preview", "run.work"]);

/** True for a step, a preview or a report of work: a run that already has very many events can do without. */
export function isStep(entry: LogEntry): boolean {
  return steps.has(entry.event);
}

/** True if an event with that number is one too many. */
export function isTooMuch(entry: LogEntry, seq: number): boolean {
  return seq > maxEvents && isStep(entry);
}

/** The event that ends a run whose worker cannot end it. */
export function endedBy(event: "run.failed" | "run.cancelled"): LogEntry {
  return { event, executed: 0, cached: 0, outputs: [], ms: 0 };
}

/** What the log says about a run that waits again, and about one that has been lost too often. */
export const continues = (what: string) => `${what}; the run continues with what was kept.`;
export const lostTooOften = (what: string, attempts: number) =>
  `${what}, on each of ${maxAttempts} attempts${attempts > maxAttempts ? " since it last got further" : ""}. Retry the run by hand once the cause is fixed.`;

export function writeEvent(logged: Logged): LoggedJson {
  const { seq, run } = logged;
  if (logged.event !== "node.values") return { run, seq, size: 1, json: JSON.stringify(logged) };
  const { values, ...rest } = logged;
  return { run, seq, size: values.count, json: `{"values":${values.json},${JSON.stringify(rest).slice(1)}` };
}

export function readEvent({ json }: Pick<LoggedJson, "json">): LoggedEvent {
  return JSON.parse(json);
}

/** The first of the events: as many as have that size together, and one at least. */
export function firstOf(events: Iterable<LoggedJson>, limit: number): readonly LoggedJson[] {
  const first: LoggedJson[] = [];
  let left = limit;
  for (const event of events) {
    left -= event.size;
    if (left < 0 && first.length > 0) break;
    first.push(event);
  }
  return first;
}
