import type { RunEvent } from "./event.ts";

/** The event that ends a run. */
export type RunEnd = Extract<RunEvent, { event: "run.finished" | "run.failed" | "run.cancelled" }>;

/** How a run as a whole is doing. */
export type RunState = "queued" | "running" | EndState;
export type EndState = "finished" | "failed" | "cancelled";

const endStates: { readonly [event in RunEnd["event"]]: EndState } = {
  "run.finished": "finished",
  "run.failed": "failed",
  "run.cancelled": "cancelled",
};

/** The state in which the event leaves the run if it ends the run, else undefined. */
export function endOf(event: { readonly event: RunEnd["event"] }): EndState;
export function endOf(event: { readonly event: string }): EndState | undefined;
export function endOf({ event }: { readonly event: string }): EndState | undefined {
  return Object.hasOwn(endStates, event) ? endStates[event as RunEnd["event"]] : undefined;
}

/** Whether this is the last event of a run. */
export function isRunEnd<E extends { readonly event: string }>(
  event: E,
): event is Extract<E, { event: RunEnd["event"] }> {
  return endOf(event) !== undefined;
}

/** Whether the run can still change. */
export function isLive(state: RunState): boolean {
  return state === "queued" || state === "running";
}
