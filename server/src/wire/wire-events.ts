import type { LoggedEvent } from "./wire.ts";

/** True for the last event of a run. */
export function isEnd(
  event: LoggedEvent,
): event is Extract<LoggedEvent, { event: "run.finished" | "run.failed" | "run.cancelled" }> {
  return event.event === "run.finished" || event.event === "run.failed" || event.event === "run.cancelled";
}
