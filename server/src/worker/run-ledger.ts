import type { RunEvent } from "@clipwork/engine";
import type { Shown } from "./worker-protocol.ts";

type End = Extract<RunEvent, { event: "run.finished" | "run.failed" | "run.cancelled" }>;
type Spot = { readonly node: string; readonly item: number };

/** What a host knows of a run from its events: enough to end it properly when its worker is gone. */
export class RunLedger {
  end: End | undefined;
  #last: { readonly seq: number; readonly run: string; readonly time: number } = {
    seq: 0,
    run: "lost",
    time: Date.now(),
  };
  #began = Date.now();
  readonly #running = new Map<string, Spot>();
  readonly #executed = new Set<string>();
  readonly #cached = new Set<string>();

  record(event: RunEvent | Shown): void {
    if (isShown(event)) return;
    this.#last = event;
    switch (event.event) {
      case "run.started":
        this.#began = event.time;
        break;
      case "node.started":
        this.#executed.add(event.node);
        this.#running.set(`${event.node} ${event.item}`, { node: event.node, item: event.item });
        break;
      case "node.cached":
        this.#cached.add(event.node);
        break;
      case "node.finished":
      case "node.failed":
        this.#running.delete(`${event.node} ${event.item}`);
        break;
      case "run.finished":
      case "run.failed":
      case "run.cancelled":
        this.end = event;
    }
  }

  /** The events that the worker would have sent had it seen its own death: what was running failed, and the run is over. */
  eventsAfterDeath(how: string, cancelled: boolean): RunEvent[] {
    const time = Date.now();
    const events: RunEvent[] = [];
    const stamp = () => ({ seq: this.#last.seq + events.length + 1, run: this.#last.run, time });
    if (!cancelled) {
      for (const spot of this.#running.values()) {
        events.push({
          ...stamp(),
          ...spot,
          event: "node.failed",
          message: `The model process ended unexpectedly (${how}) while this node was running.`,
          remedy: "Run it again: finished nodes are kept. If it recurs, use a smaller picture or free some memory.",
        });
      }
      if (events.length === 0) {
        events.push({
          ...stamp(),
          event: "notice",
          message: `The model process ended unexpectedly (${how}) while no node was running.`,
        });
      }
    }
    events.push({
      ...stamp(),
      event: cancelled ? "run.cancelled" : "run.failed",
      executed: this.#executed.size,
      cached: [...this.#cached].filter((node) => !this.#executed.has(node)).length,
      outputs: [],
      ms: time - this.#began,
    });
    return events;
  }
}

/** True for what only shows something: it has no number in the worker's count. */
export function isShown(event: RunEvent | Shown): event is Shown {
  return event.event === "node.preview" || event.event === "node.value" || event.event === "run.output";
}
