import { EventTail } from "./event-tail.ts";
import type { LoggedJson, Subscription } from "./port.ts";

/** Events read from the log at once. */
const batch = 100;

/** A log that can be read without waiting: in memory or in an embedded database. */
export type LogAtHand = {
  /** The events after that number, oldest first, at most `limit`. */
  read(run: string, after: number, limit: number): readonly LoggedJson[];
  /** The number of the newest event; undefined if there is no such run. */
  last(run: string): number | undefined;
};

/** The subscriptions to such a log. Readers that keep up are served from the newest events, without reading the log. */
export class EventFeed {
  readonly #log: LogAtHand;
  readonly #tail = new EventTail();
  readonly #readers = new Map<string, Set<() => void>>();

  constructor(log: LogAtHand) {
    this.#log = log;
  }

  /** Passes on an event that was just logged. */
  add(event: LoggedJson): void {
    this.#tail.add(event);
    for (const onReady of [...(this.#readers.get(event.run) ?? [])]) onReady();
  }

  /** Forgets a run that was removed. */
  remove(run: string): void {
    this.#tail.remove(run);
  }

  subscribe(run: string, after: number, onReady: () => void): Subscription {
    const readers = this.#readers.get(run) ?? new Set();
    this.#readers.set(run, readers);
    // Each subscription is one reader, even when two have the same function.
    const reader = () => onReady();
    readers.add(reader);
    let taken = Math.min(after, this.#log.last(run) ?? 0);
    let ahead: LoggedJson[] = [];
    return {
      take: () => {
        if (!readers.has(reader)) return undefined;
        if (ahead.length === 0) ahead = [...(this.#tail.after(run, taken, batch) ?? this.#log.read(run, taken, batch))];
        const event = ahead.shift();
        if (event) taken = event.seq;
        return event;
      },
      close: () => {
        readers.delete(reader);
        if (readers.size === 0 && this.#readers.get(run) === readers) this.#readers.delete(run);
      },
    };
  }
}
