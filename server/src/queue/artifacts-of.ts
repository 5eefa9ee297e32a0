import type { Hash } from "../wire/wire.ts";
import type { LogEntry } from "./port.ts";

/** The artifacts that an event names: they are kept as long as its run. */
export function artifactsOf(event: LogEntry): readonly Hash[] {
  if (event.event === "run.output") return [event.output.picture, event.output.thumbnail];
  const named = event.event === "node.preview" || event.event === "node.value";
  return named && event.view.kind === "picture" ? [event.view.picture] : [];
}

/** Who uses them. */
export const runOwner = (run: string): string => `run ${run}`;
