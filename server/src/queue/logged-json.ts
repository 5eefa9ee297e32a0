import type { LoggedEvent } from "../wire/wire.ts";
import type { Logged, LoggedJson } from "./port.ts";

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
