import type { RunEvent } from "@clipwork/engine";
import type { Shown } from "../worker/worker-protocol.ts";

type Event = RunEvent | Shown;

/**
 * Sends a run's events to the host in their order. They come by the thousand within one turn of the event loop, and a message costs more than
 * an event: so they wait for the end of the turn. Only the start of a node never waits, and takes those before it along: the node may keep the
 * process busy, or end it, and the host is to know which one it was.
 */
export class EventBatch {
  readonly #send: (events: readonly Event[]) => void;
  #waiting: Event[] = [];

  constructor(send: (events: readonly Event[]) => void) {
    this.#send = send;
  }

  add(event: Event): void {
    this.#waiting.push(event);
    if (event.event === "node.started") this.flush();
    else if (this.#waiting.length === 1) setImmediate(() => this.flush());
  }

  /** Sends what waits, if anything does. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#send(events);
  }
}
