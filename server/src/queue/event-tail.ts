import { firstOf } from "./log-effect.ts";
import type { LoggedJson } from "./port.ts";

/** Runs whose newest events are kept, and how many of each. */
const maxRuns = 8;
const maxEvents = 500;

/** Without a gap, oldest first, and their size together. */
type Newest = { readonly events: LoggedJson[]; size: number };

/** The newest events of the log, so that viewers that keep up are served from memory and not from the log. */
export class EventTail {
  /** The newest events of each run; the run with the latest event is last. */
  readonly #runs = new Map<string, Newest>();

  /** Adds an event that was just logged. */
  add(event: LoggedJson): void {
    const { run, seq } = event;
    const known = this.#runs.get(run);
    const newest = known && known.events.at(-1)!.seq + 1 === seq ? known : { events: [], size: 0 };
    newest.events.push(event);
    newest.size += event.size;
    while (newest.size > maxEvents && newest.events.length > 1) newest.size -= newest.events.shift()!.size;
    this.#runs.delete(run);
    this.#runs.set(run, newest);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= maxRuns) break;
      this.#runs.delete(oldest);
    }
  }

  /** The events of a run after that number, oldest first, at most `limit`; undefined if only the log has them. */
  after(run: string, seq: number, limit: number): readonly LoggedJson[] | undefined {
    const { events } = this.#runs.get(run) ?? {};
    if (!events || seq + 1 < events[0]!.seq) return undefined;
    const from = seq + 1 - events[0]!.seq;
    return firstOf(events.slice(from, from + limit), limit);
  }

  remove(run: string): void {
    this.#runs.delete(run);
  }
}
