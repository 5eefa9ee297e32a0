import type { UnderWay } from "../forecast/current-runs.ts";
import type { Frame } from "../queue/dispatch/run-watcher.ts";
import type { Connection } from "../redis/connection.ts";

/** A run of which nothing was heard for so many milliseconds shows no progress any more. */
const staleMs = 15_000;
/** Runs whose progress is remembered. */
const maxRuns = 1000;

/** How far a run has got. */
type Progress = { readonly done: number; readonly all: number; readonly msLeft?: number };

type Message =
  | { readonly frame: Omit<Frame, "bytes">; readonly bytes: string }
  | { readonly run: string; readonly progress: Progress | null };

/** What workers tell servers that no log keeps: the newest frames, and how far runs have got. Who does not hear it misses it. */
export class Broadcast implements UnderWay {
  readonly #connection: Connection;
  readonly #channel: string;
  readonly #onFault: (error: unknown) => void;
  readonly #known = new Map<string, { readonly progress: Progress; readonly heard: number }>();

  constructor(
    connection: Connection,
    { prefix = "clipwork:", onFault }: { prefix?: string; onFault: (error: unknown) => void },
  ) {
    this.#connection = connection;
    this.#channel = `${prefix}live`;
    this.#onFault = onFault;
  }

  frame({ bytes, ...frame }: Frame): void {
    this.#say({ frame, bytes: Buffer.from(bytes).toString("base64") });
  }

  /** `progress`: how far the run has got; undefined when it is over. */
  progress(run: string, progress: Progress | undefined): void {
    this.#say({ run, progress: progress ?? null });
  }

  /** Calls `onFrame` with every frame, and remembers how far runs have got. */
  async hear(onFrame: (frame: Frame) => void): Promise<void> {
    await this.#connection.hear(this.#channel, (text) => {
      const message: Message = JSON.parse(text);
      if ("frame" in message) onFrame({ ...message.frame, bytes: Buffer.from(message.bytes, "base64") });
      else if (message.progress === null) this.#known.delete(message.run);
      else this.#remember(message.run, message.progress);
    });
  }

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

  #say(message: Message): void {
    this.#connection.publish(this.#channel, JSON.stringify(message)).catch(this.#onFault);
  }
}
