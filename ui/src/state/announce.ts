import type { LoggedEvent } from "@clipwork/server/wire";
import type { RunView } from "../runs/run-view.ts";
import { createStore } from "./store.ts";

/** What a screen reader is told, in one polite live region. */
export const announcement = createStore("");

/** Says how a run is doing at the moments that matter; a word for every step would talk over everything else. */
export function announce(view: RunView, event: LoggedEvent): void {
  const said = sentence(view, event);
  if (said) announcement.set(said);
}

function sentence(view: RunView, event: LoggedEvent): string | undefined {
  switch (event.event) {
    case "run.started":
      return `The run has started: ${event.nodes} nodes.`;
    case "run.finished":
      return `The run has finished in ${seconds(event.ms)}.`;
    case "run.cancelled":
      return "The run was cancelled.";
    case "run.failed":
      return "The run has failed. What had finished is kept.";
    case "node.failed":
      return `${event.node} failed: ${event.message}`;
    case "node.started":
      return Object.keys(view.nodes[event.node]?.items ?? {}).length === 1 ? `${event.node} is running.` : undefined;
    default:
      return undefined;
  }
}

/** A time as people say it: "0.4 s", "12 s", "3 min 20 s". */
export function seconds(ms: number): string {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1_000)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}
