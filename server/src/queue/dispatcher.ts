import { setTimeout as wait } from "node:timers/promises";
import { isRunEnd, type Problem, type RunEvent, type RunView, type Unusable } from "@clipwork/engine";
import type { ArtifactStore } from "../artifacts/port.ts";
import { isDiskFull } from "../files/disk-full.ts";
import type { RunResult, Worker } from "../worker/worker.ts";
import { isShown, type Shown, type WorkAhead } from "../worker/worker-protocol.ts";
import { artifactsOf, runOwner } from "./artifacts-of.ts";
import { Gathering } from "./gathering.ts";
import { type Lease, LeaseLost, type LogEntry, type RunQueue } from "./port.ts";

/** A worker that has not stopped this many milliseconds after a cancel is killed. */
const patienceMs = 30_000;
/** So many runs begin one beside the other before the worker is left to rest once. */
const restAfter = 64;
/** A queue that fails, because the disk is full for example, is asked again this many milliseconds later. */
const retryMs = 5_000;

/** The newest frame of a node, for viewers. */
export type Frame = {
  readonly run: string;
  readonly node: string;
  readonly item: number;
  readonly port: string;
  readonly step: number;
  readonly steps: number;
  readonly bytes: Uint8Array;
};

/** Receives what the worker reports about its run. */
export type RunWatcher = {
  /** Before a run's first event. */
  begin(run: string, ahead: WorkAhead): void;
  /** Before a node begins that was not ahead. */
  unforeseen(run: string, node: string, kind: string): void;
  record(run: string, event: RunEvent | Shown, view: RunView): void;
  frame(frame: Frame): void;
  /** A line that the worker's process wrote on its standard error, while it ran this run. */
  line(run: string, line: string): void;
  /** After a run's last event. */
  end(run: string): void;
};

type Parts = {
  readonly queue: Pick<
    RunQueue,
    "lease" | "report" | "fail" | "giveBack" | "putBack" | "isLastAttempt" | "recover" | "record" | "watch"
  >;
  readonly worker: Pick<Worker, "run" | "kill" | "starts">;
  /** How many runs the worker has in progress at most. */
  readonly atOnce: number;
  readonly artifacts: Pick<ArtifactStore, "refer" | "hold">;
  /** Checks a run again, if the check made when it was submitted no longer holds. */
  readonly check: (run: string) => Promise<{ readonly checked?: Uint8Array; readonly problems: readonly Problem[] }>;
  /** Where the worker keeps values and artifacts, and the address of the store that it shares with others. */
  readonly folders: { readonly values: string; readonly artifacts: string; readonly store?: string };
  readonly watcher: RunWatcher;
  /** The context of a run's trace, for the worker; undefined if none is made. */
  readonly traceparent?: (run: string) => string | undefined;
  /** Called before runs begin and after the last one, while no worker writes. */
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

/** A run that this server has leased and begun. `alone`: no other joins it. */
type Running = {
  readonly abort: AbortController;
  readonly alone: boolean;
  done?: Promise<void>;
};

/**
 * The outcome of an order. `lost`: how the worker ended in the middle of it, and who may be to blame for that: this run, one of several,
 * or nobody, since the worker was ended on purpose for the sake of another. `madeUp`: the events that it would have sent.
 */
type Ordered = {
  readonly result: RunResult;
  readonly lost: { readonly how: string; readonly blame: "this" | "one of several" | "none" } | undefined;
  readonly madeUp: readonly Reported[];
};

/**
 * Leases the runs of a queue in their order and has the worker run them, so many at once. If it is lost with several in progress, nobody
 * knows through which: that is no attempt of any of them, and each begins again alone.
 */
export class Dispatcher {
  readonly #parts: Parts;
  readonly #leave: () => void;
  readonly #running = new Map<string, Running>();
  /** Runs that were in progress with others when the worker was lost. */
  readonly #suspects = new Set<string>();
  /** The worker's process that was ended on purpose. */
  #killed: number | undefined;
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
    this.#leave = parts.queue.watch({
      waiting: () => this.#wake(),
      stopping: (run) => this.#stop(run),
      // It may have been cancelled while it waited, or been carried out elsewhere.
      event: (event) => isRunEnd(event) && this.#suspects.delete(event.run),
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
    const abort = this.#running.get(run)?.abort;
    if (abort?.signal.aborted) this.#kill();
    abort?.abort();
  }

  /** Ends the worker for the sake of one run; others that are in progress begin again. */
  #kill(): void {
    this.#killed = this.#parts.worker.starts;
    this.#parts.worker.kill();
  }

  #hasRoom(): boolean {
    const { size } = this.#running;
    if (size === 0) return true;
    const mayJoin = ![...this.#running.values()].some(({ alone }) => alone);
    return size < this.#parts.atOnce && mayJoin && this.#begun < restAfter && !this.#parts.needsRest();
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
    if (this.#running.size === 0) {
      await this.#parts.atRest();
      this.#begun = 0;
    }
    const free = await this.#parts.artifacts.hold();
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
    this.#begun++;
    const alone = this.#suspects.has(lease.run);
    if (alone) await Promise.all([...this.#running.values()].map(({ done }) => done));
    const running: Running = { abort: new AbortController(), alone };
    this.#running.set(lease.run, running);
    running.done = this.#carryOut(lease, running).finally(free);
  }

  async #carryOut(lease: Lease, running: Running): Promise<void> {
    await this.#runOne(lease, running).catch((error) => this.#giveUp(lease, error));
    if (this.#closed) await this.#leaveBehind(lease);
    this.#parts.watcher.end(lease.run);
    this.#running.delete(lease.run);
    this.#wake();
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
   * Ends the run as failed, or has it wait if only the disk is full. If that cannot be stored now, tries until it can: nobody else
   * would.
   */
  async #giveUp(lease: Lease, error: Error): Promise<void> {
    const { queue, onFault } = this.#parts;
    onFault(lease.run, error);
    const message = `The run could not be carried out: ${firstLine(error)}`;
    for (let attempt = 1; !this.#closed; attempt++) {
      try {
        if (!isDiskFull(error)) return await queue.fail(lease, message);
        await queue.putBack(lease, "The disk of the data folder was full");
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
    await wait(retryMs, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  async #runOne(lease: Lease, { abort }: Running): Promise<void> {
    const { queue, check } = this.#parts;
    // It may have been cancelled after the lease was taken, before anything here listened.
    if ((await queue.record(lease.run))?.stopping) abort.abort();
    if (this.#closed) return;
    const first = lease.order === undefined ? undefined : await this.#order(lease, lease.order, abort.signal);
    // If this server is closing, the run is left to the next one.
    if (this.#closed) return;
    if (first && !("problems" in first.result)) return this.#conclude(lease, first, abort.signal);
    const { checked, problems } = await check(lease.run);
    if (this.#closed) return;
    if (checked === undefined) return queue.fail(lease, firstError(problems));
    const again = await this.#order(lease, checked, abort.signal);
    if (!this.#closed) return this.#conclude(lease, again, abort.signal);
  }

  /** Has the worker run it. Events made up for a lost worker are returned, not logged: `#conclude` decides. */
  async #order(lease: Lease, checked: Uint8Array, signal: AbortSignal): Promise<Ordered> {
    const { worker, folders, watcher } = this.#parts;
    const { run, fresh } = lease;
    const traceparent = this.#parts.traceparent?.(run);
    const madeUp: Reported[] = [];
    let lost: Ordered["lost"];
    const reports = new Gathering<Reported>(
      async (all) => (this.#closed ? undefined : this.#report(lease, all)),
      // A log with a hole is worse than none: the run goes no further.
      () => this.#kill(),
    );
    const giveUp = setPatience(signal, () => this.#kill());
    const result = await worker
      .run(
        { checked, fresh, ...folders, ...(traceparent !== undefined && { traceparent }) },
        (event, view, how) => {
          if (this.#closed) return;
          watcher.record(run, event, view);
          if (event.event === "node.preview" && event.frame) watcher.frame({ ...event, run, bytes: event.frame });
          const one = asReported(event);
          if (how !== undefined) lost = { how, blame: this.#blame() };
          if (how !== undefined) madeUp.push(one);
          else reports.add(one, isRunEnd(event));
        },
        {
          signal,
          onOutlook: (ahead) => watcher.begin(run, ahead),
          onUnforeseen: (node, kind) => watcher.unforeseen(run, node, kind),
          onLine: (line) => watcher.line(run, line),
        },
      )
      .finally(() => giveUp.stop());
    await reports.settled();
    return { result, lost, madeUp };
  }

  /** Logs events, after recording that their run uses the artifacts that they name. */
  async #report(lease: Lease, reported: readonly Reported[]): Promise<void> {
    const named = reported.flatMap(({ entry }) => artifactsOf(entry));
    if (named.length > 0) await this.#parts.artifacts.refer(runOwner(lease.run), named);
    await Promise.all(reported.map(({ entry, time }) => this.#parts.queue.report(lease, entry, time)));
  }

  /** Who may be to blame for the worker's end, which is just heard of. */
  #blame(): NonNullable<Ordered["lost"]>["blame"] {
    if (this.#killed === this.#parts.worker.starts) return "none";
    return this.#running.size > 1 ? "one of several" : "this";
  }

  async #conclude(lease: Lease, { result, lost, madeUp }: Ordered, signal: AbortSignal): Promise<void> {
    const { queue } = this.#parts;
    const { run } = lease;
    const ended = `The model process ended unexpectedly (${lost?.how})`;
    this.#suspects.delete(run);
    if ("problems" in result) await queue.fail(lease, firstError(result.problems));
    else if (lost === undefined || signal.aborted) await this.#report(lease, madeUp);
    else if (lost.blame === "none") await queue.putBack(lease, "The model process was ended because of another run");
    else {
      // Of one that was lost in company others are to blame, or it is lost alone next time.
      this.#suspects.add(run);
      if (lost.blame === "one of several") await queue.putBack(lease, `${ended} while several runs were in progress`);
      else if (await queue.isLastAttempt(lease)) await this.#report(lease, madeUp);
      else await queue.giveBack(lease, ended);
    }
  }
}

/** An event as the log takes it, and when it happened. */
type Reported = { readonly entry: LogEntry; readonly time?: number };

/** Without the worker's numbers, without bytes. */
function asReported(event: RunEvent | Shown): Reported {
  if (event.event === "run.work") {
    const { time, ...entry } = event;
    return { entry, time };
  }
  if (isShown(event)) {
    if (event.event !== "node.preview") return { entry: event };
    const { frame: _, steps: __, ...entry } = event;
    return { entry };
  }
  const { seq: _, run: __, time, ...entry } = event;
  return { entry: entry as LogEntry, time };
}

function setPatience(signal: AbortSignal, work: () => void): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(work, patienceMs);
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin);
  return {
    stop() {
      clearTimeout(timer);
      signal.removeEventListener("abort", begin);
    },
  };
}

function firstError(problems: readonly Problem[]): string {
  const { node, message } = problems.find(({ severity }) => severity === "error") ?? problems[0]!;
  return node === undefined || message.includes(node) ? message : `${node}: ${message}`;
}

function firstLine(error: Error): string {
  const [line = ""] = error.message.split("\n");
  return line;
}
