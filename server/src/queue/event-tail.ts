import type { LoggedEvent } from "../wire/wire.ts";

/** Runs whose newest events are kept, and how many of each. */
const maxRuns = 8;
const maxEvents = 500;

/** The newest events of the log, so that viewers that keep up are served from memory and not from the log. */
export class EventTail {
  /** The newest events of each run without a gap, oldest first; the run with the latest event is last. */
  readonly #runs = new Map<string, LoggedEvent[]>();

  /** Adds an event that was just logged. */
  add(event: LoggedEvent): void {
    const { run, seq } = event;
    const known = this.#runs.get(run);
    const events = known && known.at(-1)!.seq + 1 === seq ? known : [];
    events.push(event);
    if (events.length > maxEvents) events.shift();
    this.#runs.delete(run);
    this.#runs.set(run, events);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= maxRuns) break;
      this.#runs.delete(oldest);
    }
  }

  /** The events of a run after that number, oldest first, at most `limit`; undefined if only the log has them. */
  after(run: string, seq: number, limit: number): readonly LoggedEvent[] | undefined {
    const events = this.#runs.get(run);
    if (!events || seq + 1 < events[0]!.seq) return undefined;
    const from = seq + 1 - events[0]!.seq;
    return events.slice(from, from + limit);
  }

  remove(run: string): void {
    this.#runs.delete(run);
  }
}
