import type { Frame } from "../queue/dispatch/run-watcher.ts";
import type { EventLog, LoggedJson, Subscription } from "../queue/port.ts";
import type { QueueHead, RunSummary, SavedChange } from "../wire/wire.ts";

/** One viewer's connection, as far as sending needs it. */
export type Line = {
  /** True when nothing waits to be sent. */
  readonly idle: () => boolean;
  event(event: LoggedJson): void;
  frame(frame: Frame): void;
  run(run: RunSummary): void;
  waiting(head: QueueHead): void;
  saved(changes: readonly SavedChange[]): void;
  /** Says who else has these documents open now. */
  present(documents: readonly string[]): void;
};

/**
 * What one viewer is still to be sent. Nothing is queued: events are read from the log when the line is idle, and only the newest
 * frame of each node, the newest summary of each changed run, the newest revision of each saved workflow and who has a document open now are kept. So a viewer that stops reading
 * costs next to nothing, and receives all that is reliable when it reads again.
 */
export class Outbox {
  readonly #log: Pick<EventLog, "subscribe">;
  readonly #line: Line;
  /** One for each run that is followed. */
  readonly #events = new Map<string, Subscription>();
  /** The runs that may have more events than were sent. */
  readonly #behind = new Set<string>();
  readonly #frames = new Map<string, Frame>();
  readonly #changed = new Set<string>();
  readonly #due = new Map<string, RunSummary>();
  readonly #saved = new Map<string, number>();
  readonly #present = new Set<string>();
  /** What is to be sent of the queue, and what was sent last. */
  #head: QueueHead | undefined;
  #sentHead: QueueHead | undefined;
  #queue = false;
  #closed = false;

  constructor(log: Pick<EventLog, "subscribe">, line: Line) {
    this.#log = log;
    this.#line = line;
  }

  /** Sends the events of a run after that number, future ones included. */
  follow(run: string, after: number): void {
    this.#events.get(run)?.close();
    if (this.#closed) return;
    const ready = () => {
      this.#behind.add(run);
      this.flush();
    };
    this.#events.set(run, this.#log.subscribe(run, after, ready));
    ready();
  }

  unfollow(run: string): void {
    this.#events.get(run)?.close();
    this.#events.delete(run);
    this.#behind.delete(run);
    for (const [key, frame] of this.#frames) if (frame.run === run) this.#frames.delete(key);
  }

  /** Unfollows everything. */
  close(): void {
    for (const run of [...this.#events.keys()]) this.unfollow(run);
    this.#queue = false;
    this.#closed = true;
  }

  get followed(): number {
    return this.#events.size;
  }

  get waitingFrames(): number {
    return this.#frames.size;
  }

  followQueue(): void {
    this.#queue = true;
  }

  frame(frame: Frame): void {
    if (!this.#events.has(frame.run)) return;
    this.#frames.set(`${frame.run} ${frame.node}`, frame);
    this.flush();
  }

  changed(run: string): void {
    if (this.#queue) this.#changed.add(run);
  }

  /** A workflow has a new revision: whoever has it open is told at once. */
  saved({ id, revision }: SavedChange): void {
    if (!this.#queue) return;
    this.#saved.set(id, revision);
    this.flush();
  }

  /** Somebody else has opened or left a document that this viewer has open. */
  present(document: string): void {
    this.#present.add(document);
    this.flush();
  }

  /** How the queue stands now. It is sent if that is news. */
  stands(head: QueueHead): void {
    if (this.#queue) this.#head = head;
  }

  /** A run was removed: nothing more of it is sent. */
  gone(run: string): void {
    this.unfollow(run);
    this.#changed.delete(run);
    this.#due.delete(run);
  }

  /** Sends the runs that changed since the last time. To be called a few times a second. */
  async sendChanges(summaryOf: (run: string) => Promise<RunSummary | undefined>): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const run of changed) {
      const summary = await summaryOf(run);
      if (summary) this.#due.set(run, summary);
    }
    this.flush();
  }

  /** Sends as much as the line takes now. To be called when the line becomes idle. */
  flush(): void {
    while (this.#line.idle() && this.#sendNext());
  }

  #sendNext(): boolean {
    return (
      this.#sendEvent() ||
      this.#sendChange() ||
      this.#sendHead() ||
      this.#sendSaved() ||
      this.#sendPresent() ||
      this.#sendFrame()
    );
  }

  #sendEvent(): boolean {
    for (const run of this.#behind) {
      const event = this.#events.get(run)!.take();
      if (!event) {
        this.#behind.delete(run);
        continue;
      }
      this.#line.event(event);
      return true;
    }
    return false;
  }

  #sendChange(): boolean {
    for (const [run, summary] of this.#due) {
      this.#due.delete(run);
      this.#line.run(summary);
      return true;
    }
    return false;
  }

  #sendHead(): boolean {
    const [head, sent] = [this.#head, this.#sentHead];
    this.#head = undefined;
    const isNews =
      head?.paused !== sent?.paused || head?.waiting !== sent?.waiting || head?.held?.message !== sent?.held?.message;
    if (!head || !isNews) return false;
    this.#sentHead = head;
    this.#line.waiting(head);
    return true;
  }

  #sendSaved(): boolean {
    if (this.#saved.size === 0) return false;
    const changes = [...this.#saved].map(([id, revision]) => ({ id, revision }));
    this.#saved.clear();
    this.#line.saved(changes);
    return true;
  }

  #sendPresent(): boolean {
    if (this.#present.size === 0) return false;
    const documents = [...this.#present];
    this.#present.clear();
    this.#line.present(documents);
    return true;
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
