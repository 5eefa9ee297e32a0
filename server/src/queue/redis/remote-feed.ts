import { EventTail } from "../event-tail.ts";
import type { LoggedJson, Subscription } from "../port.ts";

/** Events read from the log at once. */
const batch = 100;

/** A log that has to be waited for. */
export type RemoteLog = {
  /** The events after that number, oldest first, at most `limit`. */
  read(run: string, after: number, limit: number): Promise<readonly LoggedJson[]>;
  /** The number of the newest event; undefined if there is no such run. */
  last(run: string): Promise<number | undefined>;
};

type Reader = {
  readonly onReady: () => void;
  /** The number of the newest event that was taken; unknown at first. */
  taken: number | undefined;
  ahead: LoggedJson[];
  isReading: boolean;
  isGone: boolean;
};

/** The readers of a run, and the number of the newest event that was heard of. */
type Followed = { readonly readers: Set<Reader>; newest: number };

/** The subscriptions to such a log. Readers that keep up are served from the newest events, others from what is read ahead for them. */
export class RemoteFeed {
  readonly #log: RemoteLog;
  readonly #onFault: (error: unknown) => void;
  readonly #tail = new EventTail();
  readonly #followed = new Map<string, Followed>();

  constructor(log: RemoteLog, onFault: (error: unknown) => void) {
    this.#log = log;
    this.#onFault = onFault;
  }

  /** Passes on an event that was logged. They need not come in order: what is missing is read. */
  add(event: LoggedJson): void {
    this.#tail.add(event);
    const followed = this.#followed.get(event.run);
    if (!followed) return;
    followed.newest = Math.max(followed.newest, event.seq);
    for (const reader of [...followed.readers]) reader.onReady();
  }

  /** Forgets a run that was removed: its readers have nothing more. */
  remove(run: string): void {
    this.#tail.remove(run);
    for (const reader of this.#followed.get(run)?.readers ?? []) {
      reader.isGone = true;
      reader.ahead = [];
    }
  }

  /** Looks into the logs that are followed: something may have come that nobody told. */
  look(): void {
    for (const [run, followed] of this.#followed) this.#lookAt(run, followed).catch(this.#onFault);
  }

  async #lookAt(run: string, followed: Followed): Promise<void> {
    const last = await this.#log.last(run);
    if (last === undefined) return this.remove(run);
    followed.newest = Math.max(followed.newest, last);
    for (const reader of [...followed.readers]) reader.onReady();
  }

  subscribe(run: string, after: number, onReady: () => void): Subscription {
    const followed = this.#followed.get(run) ?? { readers: new Set<Reader>(), newest: 0 };
    this.#followed.set(run, followed);
    const reader: Reader = { onReady, taken: undefined, ahead: [], isReading: false, isGone: false };
    followed.readers.add(reader);
    this.#begin(run, after, followed, reader).catch(this.#onFault);
    return {
      take: () => this.#take(run, followed, reader),
      close: () => {
        followed.readers.delete(reader);
        reader.isGone = true;
        if (followed.readers.size === 0 && this.#followed.get(run) === followed) this.#followed.delete(run);
      },
    };
  }

  async #begin(run: string, after: number, followed: Followed, reader: Reader): Promise<void> {
    const last = (await this.#log.last(run)) ?? 0;
    followed.newest = Math.max(followed.newest, last);
    reader.taken = Math.min(after, last);
    if (followed.newest > reader.taken && !reader.isGone) reader.onReady();
  }

  #take(run: string, followed: Followed, reader: Reader): LoggedJson | undefined {
    if (reader.isGone || reader.taken === undefined) return undefined;
    if (reader.ahead.length === 0) reader.ahead = [...(this.#tail.after(run, reader.taken, batch) ?? [])];
    const event = reader.ahead.shift();
    if (event) reader.taken = event.seq;
    else if (followed.newest > reader.taken) this.#read(run, reader);
    return event;
  }

  /** Reads ahead for a reader, unless that is being done. */
  #read(run: string, reader: Reader): void {
    if (reader.isReading || reader.isGone || reader.taken === undefined || reader.ahead.length > 0) return;
    const { taken } = reader;
    reader.isReading = true;
    this.#log
      .read(run, taken, batch)
      .then((events) => {
        // What it has taken meanwhile it does not get again.
        if (reader.isGone || reader.ahead.length > 0 || reader.taken !== taken) return;
        reader.ahead = [...events];
      })
      .catch(this.#onFault)
      .finally(() => {
        reader.isReading = false;
        if (!reader.isGone && reader.ahead.length > 0) reader.onReady();
      });
  }
}
