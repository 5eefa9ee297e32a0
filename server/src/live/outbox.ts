import type { Frame } from "../queue/dispatcher.ts";
import type { LoggedEvent, RunSummary } from "../wire/wire.ts";

/** One viewer's connection, as far as sending needs it. */
export type Line = {
  /** True when nothing waits to be sent. */
  readonly idle: () => boolean;
  event(event: LoggedEvent): void;
  frame(frame: Frame): void;
  run(run: RunSummary): void;
};

/** Source of the data to send. */
export type Source = {
  /** The events of a run after that number, oldest first; none if there are none yet. */
  events(run: string, after: number, limit: number): readonly LoggedEvent[];
  summary(run: string): RunSummary | undefined;
};

/** Events taken from the source at once. */
const batch = 100;

/**
 * What one viewer is still to be sent. Nothing is queued: of events only the number of the last one sent is known, and the rest
 * is taken from the source when the line is free; of frames the newest a node; of runs only that they changed. So a viewer that
 * stops reading costs nothing, and gets all that is reliable when it reads again.
 */
export class Outbox {
  readonly #source: Source;
  readonly #line: Line;
  /** The last event sent of each run that is followed. */
  readonly #sent = new Map<string, number>();
  /** The runs that may have more events than were sent. */
  readonly #behind = new Set<string>();
  readonly #ahead = new Map<string, LoggedEvent[]>();
  readonly #frames = new Map<string, Frame>();
  readonly #changed = new Set<string>();
  readonly #due = new Set<string>();
  #queue = false;

  constructor(source: Source, line: Line) {
    this.#source = source;
    this.#line = line;
  }

  follow(run: string, after: number): void {
    this.#sent.set(run, after);
    this.#ahead.delete(run);
    this.#behind.add(run);
    this.flush();
  }

  unfollow(run: string): void {
    this.#sent.delete(run);
    this.#ahead.delete(run);
    this.#behind.delete(run);
    for (const [key, frame] of this.#frames) if (frame.run === run) this.#frames.delete(key);
  }

  get followed(): number {
    return this.#sent.size;
  }

  get waitingFrames(): number {
    return this.#frames.size;
  }

  followQueue(): void {
    this.#queue = true;
  }

  /** To be called when there is a new event of the run. */
  event(run: string): void {
    if (!this.#sent.has(run)) return;
    this.#behind.add(run);
    this.flush();
  }

  frame(frame: Frame): void {
    if (!this.#sent.has(frame.run)) return;
    this.#frames.set(`${frame.run} ${frame.node}`, frame);
    this.flush();
  }

  changed(run: string): void {
    if (this.#queue) this.#changed.add(run);
  }

  /** Tells of the runs that changed since the last time. To be called a few times a second. */
  tellChanges(): void {
    for (const run of this.#changed) this.#due.add(run);
    this.#changed.clear();
    this.flush();
  }

  /** Sends as much as the line takes now. To be called when the line gets free. */
  flush(): void {
    while (this.#line.idle() && (this.#sendEvent() || this.#sendChange() || this.#sendFrame()));
  }

  #sendEvent(): boolean {
    for (const run of this.#behind) {
      const event = this.#next(run, this.#sent.get(run)!);
      if (!event) {
        this.#behind.delete(run);
        continue;
      }
      this.#sent.set(run, event.seq);
      this.#line.event(event);
      return true;
    }
    return false;
  }

  #next(run: string, sent: number): LoggedEvent | undefined {
    const ahead = this.#ahead.get(run) ?? [];
    if (ahead.length === 0) {
      ahead.push(...this.#source.events(run, sent, batch));
      this.#ahead.set(run, ahead);
    }
    return ahead.shift();
  }

  #sendChange(): boolean {
    for (const run of this.#due) {
      this.#due.delete(run);
      const summary = this.#source.summary(run);
      if (!summary) continue;
      this.#line.run(summary);
      return true;
    }
    return false;
  }

  #sendFrame(): boolean {
    for (const [key, frame] of this.#frames) {
      this.#frames.delete(key);
      this.#line.frame(frame);
      return true;
    }
    return false;
  }
}
