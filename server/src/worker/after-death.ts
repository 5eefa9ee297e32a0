import { type RunEvent, type RunEventBody, type RunView, reduce } from "@clipwork/engine";

/**
 * The events that a worker would have sent had it seen its own death, in order: what was running failed, and the run is
 * over. `how` says how it ended; `time` is now, in milliseconds since 1970.
 */
export function eventsAfterDeath(view: RunView, how: string, cancelled: boolean, time: number): RunEvent[] {
  const bodies: RunEventBody[] = [];
  if (!cancelled) {
    for (const spot of view.running) {
      bodies.push({
        ...spot,
        event: "node.failed",
        message: `The model process ended unexpectedly (${how}) while this node was running.`,
        remedy: "Run it again: finished nodes are kept. If it recurs, use a smaller picture or free some memory.",
      });
    }
    if (bodies.length === 0) {
      bodies.push({
        event: "notice",
        message: `The model process ended unexpectedly (${how}) while no node was running.`,
      });
    }
  }
  const number = (body: RunEventBody, i: number) =>
    ({ ...body, seq: view.seq + 1 + i, run: view.run, time }) as RunEvent;
  const events = bodies.map(number);
  const { executed, cached } = events.reduce(reduce, view);
  const end = number(
    {
      event: cancelled ? "run.cancelled" : "run.failed",
      ...{ executed, cached, outputs: [], ms: time - (view.started ?? time) },
    },
    events.length,
  );
  return [...events, end];
}
