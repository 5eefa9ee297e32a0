import type { UnderWay } from "../forecast/current-runs.ts";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import type { EventLog } from "../queue/port.ts";
import type { Connection } from "../redis/connection.ts";

/** A run of which nothing was heard for so many milliseconds shows no progress any more. */
const staleMs = 15_000;
/** Runs whose progress is remembered. */
const maxRuns = 1000;

/** How far a run has got. */
type Progress = { readonly done: number; readonly all: number; readonly msLeft?: number };

/** `progress`: null when the run is over. */
type Told = { readonly run: string; readonly progress: Progress | null };
type Shown = { readonly frame: Omit<Frame, "bytes">; readonly bytes: string };

/**
 * What workers tell servers that no log keeps: how far runs have got, and the newest frames, which a server hears of those runs alone that its viewers
 * follow. Who does not hear it misses it.
 */
export class Broadcast implements UnderWay {
  readonly #connection: Connection;
  readonly #prefix: string;
  readonly #onFault: (error: unknown) => void;
  readonly #known = new Map<string, { readonly progress: Progress; readonly heard: number }>();
  /** How many follow each run here. */
  readonly #followers = new Map<string, number>();
  #onFrame: (frame: Frame) => void = () => {};
  /** One after the other: who comes while the last one goes hears it all the same. */
  #joining: Promise<void> = Promise.resolve();

  constructor(
    connection: Connection,
    { prefix = "clipwork:", onFault }: { prefix?: string; onFault: (error: unknown) => void },
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#onFault = onFault;
  }

  frame({ bytes, ...frame }: Frame): void {
    const shown: Shown = { frame, bytes: Buffer.from(bytes).toString("base64") };
    this.#say(this.#framesOf(frame.run), shown);
  }

  /** `progress`: how far the run has got; undefined when it is over. */
  progress(run: string, progress: Progress | undefined): void {
    const told: Told = { run, progress: progress ?? null };
    this.#say(`${this.#prefix}live`, told);
  }

  /** From now on remembers how far runs have got, and calls `onFrame` with the frames of those that are followed. */
  async hear(onFrame: (frame: Frame) => void): Promise<void> {
    this.#onFrame = onFrame;
    await this.#connection.hear(`${this.#prefix}live`, (text) => {
      const { run, progress }: Told = JSON.parse(text);
      if (progress === null) this.#known.delete(run);
      else this.#remember(run, progress);
    });
  }

  /** That log, for viewers: who subscribes to a run follows it. */
  followedBy({ subscribe }: Pick<EventLog, "subscribe">): EventLog["subscribe"] {
    return (run, after, onReady) => {
      const { take, close } = subscribe(run, after, onReady);
      this.#follow(run, 1);
      let isOpen = true;
      return {
        take,
        close: () => {
          close();
          if (isOpen) this.#follow(run, -1);
          isOpen = false;
        },
      };
    };
  }

  #follow(run: string, more: 1 | -1): void {
    const before = this.#followers.get(run) ?? 0;
    if (before + more === 0) this.#followers.delete(run);
    else this.#followers.set(run, before + more);
    if (before > 0 && before + more > 0) return;
    this.#joining = this.#joining
      .then(() => (more === 1 ? this.#join(run) : this.#connection.leave(this.#framesOf(run))))
      .catch(this.#onFault);
  }

  async #join(run: string): Promise<void> {
    await this.#connection.hear(this.#framesOf(run), (text) => {
      const { frame, bytes }: Shown = JSON.parse(text);
      this.#onFrame({ ...frame, bytes: Buffer.from(bytes, "base64") });
    });
  }

  #framesOf = (run: string) => `${this.#prefix}frames:${run}`;

  progressOf(run: string) {
    const known = this.#known.get(run);
    if (!known || performance.now() - known.heard > staleMs) return undefined;
    const { msLeft, ...counts } = known.progress;
    return { counts: () => counts, msLeft: () => msLeft };
  }

  /** Of several workers the first to be ready takes the next run. */
  msLeft(): number | undefined {
    const all = [...this.#known.keys()].flatMap((run) => this.progressOf(run) ?? []);
    if (all.length === 0) return 0;
    const known = all.map((progress) => progress.msLeft()).filter((ms) => ms !== undefined);
    return known.length === all.length ? Math.min(...known) : undefined;
  }

  #remember(run: string, progress: Progress): void {
    this.#known.delete(run);
    this.#known.set(run, { progress, heard: performance.now() });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxRuns) break;
      this.#known.delete(oldest);
    }
  }

  #say(channel: string, message: Told | Shown): void {
    this.#connection.publish(channel, JSON.stringify(message)).catch(this.#onFault);
  }
}
