import { isRunEnd, type Problem, Recent, type RunEvent } from "@clipwork/engine";
import type { ArtifactStore } from "../../artifacts/port.ts";
import type { RunResult, Worker } from "../../worker/worker.ts";
import { isShown, type Shown } from "../../worker/worker-protocol.ts";
import { artifactsOf, runOwner } from "../artifacts-of.ts";
import type { Lease, LogEntry, RunQueue } from "../port.ts";
import type { Blame, Culprit } from "./blame.ts";
import { Gathering } from "./gathering.ts";
import type { RunWatcher } from "./run-watcher.ts";

/** Of so many artifacts of a run it is remembered that the run uses them: its steps name the same ones again. */
const rememberedUses = 1000;

/** A worker that has not stopped this many milliseconds after a cancel is killed. */
const patienceMs = 30_000;

export type CarrierParts = {
  readonly queue: Pick<RunQueue, "report" | "fail" | "giveBack" | "putBack" | "isLastAttempt">;
  readonly worker: Pick<Worker, "run">;
  readonly artifacts: Pick<ArtifactStore, "refer">;
  /** Checks a run again, if the check made when it was submitted no longer holds. */
  readonly check: (run: string) => Promise<{ readonly checked?: Uint8Array; readonly problems: readonly Problem[] }>;
  /** Where the worker keeps values and artifacts, and the address of the store that it shares with others. */
  readonly folders: { readonly values: string; readonly artifacts: string; readonly store?: string };
  readonly watcher: RunWatcher;
  /** The context of a run's trace, for the worker; undefined if none is made. */
  readonly traceparent?: (run: string) => string | undefined;
};

/** What a run's dispatcher has to do with the worker's having it. */
export type Hold = {
  /** Cancels the run at its next step. */
  readonly signal: AbortSignal;
  /** It begins when one has ended that is ending. */
  readonly isBehind: boolean;
  /** Called when the worker has begun it. */
  readonly onBegun: () => void;
  /** Called when all its nodes have ended: what is left is to show and to write what they made. */
  readonly onEnding: () => void;
  /** Called when the worker has it no more, before that is stored; `lost`: since its process has ended. */
  readonly onGone: (lost: boolean) => Promise<void>;
};

/** The outcome of an order. `lost`: how the worker ended in the middle of it. `madeUp`: the events that it would have sent. */
type Ordered = {
  readonly result: RunResult;
  readonly lost: { readonly how: string; readonly culprit: Culprit } | undefined;
  readonly madeUp: readonly Reported[];
};

/** Has the worker carry out a run that was leased, and tells the queue what becomes of it. */
export class Carrier {
  readonly #parts: CarrierParts;
  readonly #blame: Blame;
  /** Aborted when the server closes: what is in progress is left to the next one. */
  readonly #closing: AbortSignal;
  /** The artifacts that a leased run is known to use: they are kept as long as it is. */
  readonly #used = new WeakMap<Lease, Recent<true>>();

  constructor(parts: CarrierParts, blame: Blame, closing: AbortSignal) {
    this.#parts = parts;
    this.#blame = blame;
    this.#closing = closing;
  }

  /**
   * Resolves when what became of the run is stored, or the server closes. Rejects if something could not be
   * stored, or checked anew.
   */
  async carryOut(lease: Lease, hold: Hold): Promise<void> {
    const { signal } = hold;
    if (this.#closing.aborted) return;
    const first = lease.order === undefined ? undefined : await this.#order(lease, lease.order, hold);
    if (this.#closing.aborted) return;
    if (first && !("problems" in first.result)) return this.#conclude(lease, first, signal);
    const { checked, problems } = await this.#parts.check(lease.run);
    if (this.#closing.aborted) return;
    if (checked === undefined) return this.#parts.queue.fail(lease, firstError(problems));
    const again = await this.#order(lease, checked, hold);
    if (!this.#closing.aborted) return this.#conclude(lease, again, signal);
  }

  /** Has the worker run it. Events made up for a lost worker are returned, not logged: `#conclude` decides. */
  async #order(lease: Lease, checked: Uint8Array, hold: Hold): Promise<Ordered> {
    const { worker, folders, watcher } = this.#parts;
    const { run, fresh } = lease;
    const { signal, isBehind, onBegun, onEnding, onGone } = hold;
    const traceparent = this.#parts.traceparent?.(run);
    const madeUp: Reported[] = [];
    let lost: Ordered["lost"];
    const reports = new Gathering<Reported>(
      async (all) => (this.#closing.aborted ? undefined : this.#report(lease, all)),
      // A log with a hole is worse than none: the run goes no further.
      () => this.#blame.kill(),
    );
    const giveUp = setPatience(signal, () => this.#blame.kill());
    const result = await worker
      .run(
        {
          checked,
          fresh,
          ...folders,
          ...(isBehind && { behind: true as const }),
          ...(traceparent !== undefined && { traceparent }),
        },
        (event, view, how) => {
          if (this.#closing.aborted) return;
          watcher.record(run, event, view);
          if (event.event === "node.preview" && event.frame) watcher.frame({ ...event, run, bytes: event.frame });
          const one = asReported(event);
          if (how !== undefined) lost = { how, culprit: this.#blame.culprit(run) };
          if (how !== undefined) madeUp.push(one);
          else reports.add(one, isRunEnd(event));
        },
        {
          signal,
          onBegun,
          onOutlook: (ahead) => watcher.begin(run, ahead),
          onEnding,
          onUnforeseen: (node, kind) => watcher.unforeseen(run, node, kind),
          onLine: (line) => watcher.line(run, line),
        },
      )
      .finally(() => giveUp.stop());
    await onGone(lost !== undefined || this.#closing.aborted);
    await reports.settled();
    return { result, lost, madeUp };
  }

  /** Logs events, after recording that their run uses the artifacts that they name. */
  async #report(lease: Lease, reported: readonly Reported[]): Promise<void> {
    const used = this.#used.get(lease) ?? new Recent<true>(rememberedUses, rememberedUses);
    this.#used.set(lease, used);
    const named = new Set(reported.flatMap(({ entry }) => artifactsOf(entry)).filter((hash) => !used.get(hash)));
    if (named.size > 0) await this.#parts.artifacts.refer(runOwner(lease.run), named);
    for (const hash of named) used.set(hash, true, 1);
    await Promise.all(reported.map(({ entry, time }) => this.#parts.queue.report(lease, entry, time)));
  }

  async #conclude(lease: Lease, { result, lost, madeUp }: Ordered, signal: AbortSignal): Promise<void> {
    const { queue } = this.#parts;
    const { run } = lease;
    const ended = `The model process ended unexpectedly (${lost?.how})`;
    this.#blame.clear(run);
    if ("problems" in result) await queue.fail(lease, firstError(result.problems));
    else if (lost === undefined || signal.aborted) await this.#report(lease, madeUp);
    else if (lost.culprit === "none") await queue.putBack(lease, "The model process was ended because of another run");
    else {
      // Of one that was lost in company others are to blame, or it is lost alone next time.
      this.#blame.suspect(run);
      if (lost.culprit === "one of several") await queue.putBack(lease, `${ended} while several runs were in progress`);
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
