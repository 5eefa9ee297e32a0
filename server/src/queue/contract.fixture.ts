// What the suites for queues use.
import assert from "node:assert/strict";
import { packJson } from "../files/packed-json.ts";
import type { RunOutput, ShownValue } from "../wire/wire.ts";
import type { Lease, LogEntry, RunQueue, RunRequest } from "./port.ts";

/** An empty queue, and the same queue as the next process finds it after the one that had it ended. */
export type OpenQueue = { readonly queue: RunQueue; restart(): Promise<RunQueue> };

export const unknown = "00000000-0000-4000-8000-000000000000";
export const request: RunRequest = {
  title: "Title",
  workflow: "flow",
  document: packJson('{"format":"clipwork/1","nodes":{}}'),
  set: { seed: 3 },
  targets: ["one"],
  fresh: true,
  warnings: [{ severity: "warning", code: "unused", message: "m", remedy: "r" }],
  priority: "normal",
  caption: "a red cube",
  seed: 7,
  kinds: { k: 2, l: 1 },
};
export const notice = (message: string): LogEntry => ({ event: "notice", message });
export const progress = (step: number): LogEntry => ({ event: "node.progress", node: "n", item: 0, step, steps: 9 });
export const finished: LogEntry = { event: "run.finished", executed: 1, cached: 0, outputs: [], ms: 1 };
/** Values of one output. */
export const shownValues = (count: number): readonly ShownValue[] =>
  Array.from({ length: count }, (_, item) => ({ node: "n", item, port: "out", view: { kind: "text", text: "" } }));
export const values = (count: number): LogEntry => ({
  event: "node.values",
  values: { json: JSON.stringify(shownValues(count)), count, artifacts: [] },
});
export const output = (item: number, picture: string): RunOutput => ({
  ...{ node: "save", item, name: "x", kind: "image" },
  view: { kind: "picture", picture, width: 1, height: 1 },
  files: [{ ending: ".png", media: "image/png", hash: picture, bytes: 70 }],
  ...{ picture, thumbnail: "b".repeat(64), width: 1, height: 1 },
});

export const orderOf = (id: string) => new TextEncoder().encode(`order of ${id}\0`);

/** Submits runs of those names, last in the queue. */
export async function submit(queue: RunQueue, ...ids: string[]): Promise<void> {
  for (const id of ids) await queue.submit(id, request, orderOf(id));
}

export async function leased(queue: RunQueue): Promise<Lease> {
  const lease = await queue.lease();
  assert.ok(lease, "no run waits");
  return lease;
}

export async function messages(queue: RunQueue, run: string): Promise<string[]> {
  const events = await queue.events.read(run, 0, 1000);
  return events.map((event) => ("message" in event ? `${event.event} ${event.message}` : event.event));
}

/** Declares a test of one rule, which opens a queue of its own. */
export type Rule = (title: string, work: (opened: OpenQueue) => Promise<void>) => void;
