import timers from "node:timers/promises";
import { isRunEnd, type Unusable } from "@clipwork/engine";
import type { ArtifactStore } from "../../artifacts/port.ts";
import { isStoreAway } from "../../bucket/store-away.ts";
import { isDiskFull } from "../../files/disk-full.ts";
import type { Worker } from "../../worker/worker.ts";
import { type Lease, LeaseLost, type RunQueue } from "../port.ts";
import { Blame } from "./blame.ts";
import { Carrier, type CarrierParts } from "./carrier.ts";

/** So many runs begin one beside the other before the worker is left to rest once. */
const restAfter = 64;
/** A queue that fails, because the disk is full for example, is asked again this many milliseconds later. */
const retryMs = 5_000;

type Parts = CarrierParts & {
  readonly queue: Pick<RunQueue, "lease" | "recover" | "countWaiting" | "watch">;
  readonly worker: Pick<Worker, "kill" | "starts">;
  /** How many runs the worker has in progress at most. */
  readonly atOnce: number;
  readonly artifacts: Pick<ArtifactStore, "hold">;
  /** Called before the first run begins and after the last one, while no worker writes. */
  readonly atRest: () => Promise<void>;
  /** Whether there is something to do at rest: then no run joins those in progress. */
  readonly needsRest: () => boolean;
  /** Why no run may begin now, because the disk is full for example. It is asked again until that is over. */
  readonly trouble: () => Promise<Unusable | undefined>;
  /** Hears of such a trouble, and when it is over. */
  readonly onHeld: (trouble: Unusable | undefined) => void;
  /** `run` is absent if the fault is of no run. */
  readonly onFault: (run: string | undefined, error: unknown) => void;
};

/** A run that this server has leased and begun. `alone`: no other joins it; `ending`: all its nodes have ended, and the next may be given to the worker. */
type Running = {
  readonly abort: AbortController;
  readonly alone: boolean;
  ending: boolean;
  /** Settles when the worker has begun it. */
  readonly begun: PromiseWithResolvers<void>;
  done?: Promise<void>;
};
type Others = readonly Promise<void>[];

/** Resolves when it is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Leases the runs of a queue in their order and has the worker run them, so many at once, and the next while one is ending; one that may have been the end of a worker runs alone. */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #leave: () => void;
  readonly #running = new Map<string, Running>();
  readonly #blame: Blame;
  readonly #carrier: Carrier;
  /** Runs that somebody asked to cancel while a lease was taken, of which nobody knew yet what it is of. */
  readonly #stoppedEarly = new Set<string>();
  /** No run has begun since the worker was last at rest. */
  #isRested = false;
  /** Runs that began since the worker was last at rest. */
  #begun = 0;
  #loop: Promise<void> = Promise.resolve();
  #opened = false;
  #working = false;
  /** No more runs begin. */
  #draining = false;
  /** Why no run begins. */
  #held = false;
  /** A run may have started to wait since the queue was last asked. */
  #woken = false;
  readonly #closing = new AbortController();

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#blame = new Blame(parts.worker);
    this.#carrier = new Carrier(parts, this.#blame, this.#closing.signal);
    this.#leave = parts.queue.watch({
      waiting: () => this.#wake(),
      stopping: (run) => this.#stop(run),
      // It may have been cancelled while it waited, or been carried out elsewhere.
      event: (event) => isRunEnd(event) && this.#blame.clear(event.run),
    });
  }

  /** Recovers what the last server left behind, and starts. */
  async open(): Promise<void> {
    await this.#parts.queue.recover("The server ended while this was running");
    this.#opened = true;
    this.#wake();
  }

  /** Lets no further run begin. Resolves when those in progress have ended; what waits is left to the next server. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#allEnded();
  }

  /** Ends the worker. A run in progress waits again, for the next server. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#leave();
    this.#parts.worker.kill();
    await this.#allEnded();
  }

  async #allEnded(): Promise<void> {
    await this.#loop;
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  #wake(): void {
    this.#woken = true;
    if (!this.#opened || this.#closed || this.#draining || this.#working) return;
    this.#working = true;
    this.#loop = this.#work();
  }

  /** Cancels the run if it is in progress here: at its next step, or at once when asked again. */
  #stop(run: string): void {
    const running = this.#running.get(run);
    if (!running) this.#stoppedEarly.add(run);
    else if (running.abort.signal.aborted && this.#blame.has(run)) this.#blame.kill();
    running?.abort.abort();
  }

  #hasRoom(): boolean {
    const all = [...this.#running.values()];
    if (all.length === 0) return true;
    if (all.some(({ alone }) => alone) || this.#begun >= restAfter || this.#parts.needsRest()) return false;
    // One is given out ahead, and no more.
    const { atOnce } = this.#parts;
    return all.length <= atOnce && all.filter(({ ending }) => !ending).length < atOnce;
  }

  async #work(): Promise<void> {
    while (this.#woken && !this.#closed && !this.#draining && this.#hasRoom()) {
      this.#woken = false;
      await this.#beginNext().catch(async (error) => {
        this.#parts.onFault(undefined, error);
        this.#woken = true;
        await this.#pause();
      });
    }
    this.#working = false;
  }

  async #beginNext(): Promise<void> {
    if (await this.#isHeld()) {
      this.#woken = true;
      return this.#pause();
    }
    if (this.#running.size === 0 && !this.#isRested) {
      await this.#parts.atRest();
      this.#begun = 0;
      this.#isRested = true;
    }
    const free = await this.#parts.artifacts.hold();
    this.#stoppedEarly.clear();
    // There may be less room than when it was looked for.
    const lease =
      this.#closed || this.#draining || !this.#hasRoom()
        ? undefined
        : await this.#parts.queue.lease().catch((error) => ({ error }));
    if (!lease || "error" in lease) {
      free();
      if (lease) throw lease.error;
      return;
    }
    this.#woken = true;
    this.#isRested = false;
    this.#begun++;
    const others = [...this.#running.values()].map(({ done }) => done!);
    const alone = this.#blame.isSuspect(lease.run);
    const begun = Promise.withResolvers<void>();
    const running: Running = { abort: new AbortController(), alone, ending: false, begun };
    // It may have been cancelled before the lease had arrived.
    if (this.#stoppedEarly.has(lease.run)) running.abort.abort();
    this.#running.set(lease.run, running);
    running.done = this.#carryOut(lease, running, others).finally(free);
  }

  async #carryOut(lease: Lease, running: Running, others: Others): Promise<void> {
    await this.#runOne(lease, running, others).catch((error) => this.#giveUp(lease, error));
    if (this.#closed) await this.#leaveBehind(lease);
    this.#blame.end(lease.run);
    try {
      this.#parts.watcher.end(lease.run);
    } catch (error) {
      // What it learns from a run may find the disk full. That is no fault of the next one.
      this.#parts.onFault(lease.run, error);
    }
    this.#running.delete(lease.run);
    this.#wake();
  }

  async #runOne(lease: Lease, running: Running, others: Others): Promise<void> {
    const { signal } = running.abort;
    if (running.alone) {
      await Promise.race([Promise.all(others), aborted(signal)]);
      // The others may go on for long: it need not begin for being cancelled.
      if (signal.aborted) return this.#parts.queue.putBack(lease, "It was cancelled before it began again");
    }
    // With a place for each it waits for nobody.
    const isBehind = this.#running.size > this.#parts.atOnce;
    this.#blame.begin(lease.run, isBehind);
    await this.#carrier.carryOut(lease, {
      signal,
      isBehind,
      onBegun: () => {
        this.#blame.begun(lease.run);
        running.begun.resolve();
      },
      onEnding: () => void this.#nextBehind(running).catch((error) => this.#parts.onFault(undefined, error)),
      onGone: async (lost) => {
        // Until it is stored that it has ended or waits again, nobody else is given out in its place.
        running.ending = false;
        // Who is put back comes first: so the one behind it is put back before.
        if (lost && !this.#blame.waits(lease.run)) await this.#waitingGone();
      },
    });
  }

  /** Has the worker given its next run, so that it does not wait for one when this one has ended. */
  async #nextBehind(running: Running): Promise<void> {
    running.ending = true;
    if ((await this.#parts.queue.countWaiting()) > 0) this.#wake();
  }

  /** Resolves when the runs that the worker had and did not begin have been put back; those that it had not got yet another process may begin. */
  async #waitingGone(): Promise<void> {
    const waiting = [...this.#running].filter(([run]) => this.#blame.waits(run));
    await Promise.all(waiting.map(([, { done, begun }]) => Promise.race([done, begun.promise])));
  }

  /** A run that has not ended waits for the next server. If that cannot be stored it stays leased, and is recovered. */
  async #leaveBehind(lease: Lease): Promise<void> {
    const { queue, onFault } = this.#parts;
    await queue.putBack(lease, "The server was stopped while this was running").catch((error) => {
      if (!(error instanceof LeaseLost)) onFault(lease.run, error);
    });
  }

  async #isHeld(): Promise<boolean> {
    const trouble = await this.#parts.trouble();
    const held = trouble !== undefined;
    // Its words may change at each look, as the free bytes do: that it begins or ends is news.
    if (held !== this.#held) this.#parts.onHeld(trouble);
    this.#held = held;
    return held;
  }

  /**
   * Ends the run as failed, or has it wait if only the disk is full or the store away. If that cannot be stored now, tries until it can: nobody else
   * would.
   */
  async #giveUp(lease: Lease, error: Error): Promise<void> {
    const { queue, onFault } = this.#parts;
    onFault(lease.run, error);
    const message = `The run could not be carried out: ${firstLine(error)}`;
    for (let attempt = 1; !this.#closed; attempt++) {
      try {
        const passing = passingTrouble(error);
        if (passing === undefined) return await queue.fail(lease, message);
        await queue.putBack(lease, passing);
        // There may be room enough to begin, and too little to go on.
        return (await this.#isHeld()) ? undefined : await this.#pause();
      } catch (more) {
        await this.#isHeld();
        if (attempt === 1) onFault(lease.run, more);
        if (more instanceof LeaseLost) return;
        await this.#pause();
      }
    }
  }

  /** Waits before the queue is asked again, or until the dispatcher is closed. */
  async #pause(): Promise<void> {
    // By its module: what a test puts there in the place of time is seen.
    await timers.setTimeout(retryMs, undefined, { signal: this.#closing.signal }).catch(() => {});
  }
}

/** What failed without any fault of the run's, if it is over one day. */
function passingTrouble(error: Error): string | undefined {
  if (isDiskFull(error)) return "The disk of the data folder was full";
  return isStoreAway(error) ? "The store that machines share did not answer" : undefined;
}

function firstLine(error: Error): string {
  const [line = ""] = error.message.split("\n");
  return line;
}
