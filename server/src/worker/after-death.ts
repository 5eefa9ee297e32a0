import type { RunEvent, RunEventBody, RunView } from "@clipwork/engine";

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
  bodies.push({
    event: cancelled ? "run.cancelled" : "run.failed",
    executed: view.executed,
    cached: view.cached,
    outputs: [],
    ms: time - (view.started ?? time),
  });
  return bodies.map((body, i) => ({ ...body, seq: view.seq + 1 + i, run: view.run, time }) as RunEvent);
}
