import type { Problem, RunEventBody, RunState } from "@clipwork/engine";
import type { KindCounts } from "../checker/checker-protocol.ts";
import type { Needs, Offer } from "../documents/needs.ts";
import type { PackedJson } from "../files/packed-json.ts";
import type { LoggedEvent, Priority, RunSummary } from "../wire/wire.ts";
import type { Shown } from "../worker/worker-protocol.ts";

/** What is to be run, as it was submitted. */
export type RunRequest = {
  readonly title: string;
  readonly workflow?: string | undefined;
  readonly document: PackedJson;
  readonly set: RunSettings;
  readonly targets?: readonly string[] | undefined;
  readonly fresh: boolean;
  readonly warnings: readonly Problem[];
  readonly priority: Priority;
  /** Who submitted it, by the name of the token; left out for the server's own. Owners take turns. */
  readonly owner?: string | undefined;
  /** What it paints and with which seed, as far as the document says. */
  readonly caption?: string | undefined;
  readonly seed?: number | undefined;
  /** Run in passing, under this name: see `SubmitRun`. */
  readonly passing?: string | undefined;
  /** The kinds of work in it, for the forecast. */
  readonly kinds: KindCounts;
  /** What it needs of a worker: a queue that several workers share leases it to no other. */
  readonly needs?: Needs | undefined;
};

export type RunSettings = { readonly [name: string]: string | number | boolean };

/** The state of a run, without what was submitted: short, however large its document is. */
export type RunRecord = Omit<RunSummary, "position" | "msLeft" | "progress" | "stopping"> & {
  readonly fresh: boolean;
  /** How often it was leased. */
  readonly attempts: number;
  /** Somebody asked to cancel it while it was leased. */
  readonly stopping: boolean;
  /** The number of its newest event. */
  readonly seq: number;
  /** The name that it runs under in passing. */
  readonly passing?: string;
  /** What it needs that no worker has which takes runs now: one of `has` of its needs, or "memory" with the bytes. Only while it waits. */
  readonly lacks?: string;
};

/** A run with what was submitted. */
export type StoredRun = RunRecord & Omit<RunRequest, "kinds" | "needs">;

/** The right to run a run, and to report what happens in it. Only the newest lease of a run holds. */
export type Lease = {
  readonly run: string;
  /** Fencing token: higher with each lease of the run. */
  readonly token: number;
  /** How often the run was leased, this time included. */
  readonly attempts: number;
  readonly fresh: boolean;
  /** What was checked when the run was submitted; undefined if that no longer holds and the run has to be checked again. */
  readonly order: Uint8Array | undefined;
};

/** The lease no longer holds: the run was given back, has ended, or another worker has it. Nothing was stored. */
export class LeaseLost extends Error {
  constructor({ run, token }: Pick<Lease, "run" | "token">) {
    super(`Lease ${token} of run ${run} no longer holds.`);
  }
}

/** What may be added to a log; number, run and time are the log's. */
export type LogEntry = Exclude<Unnumbered<LoggedEvent>, ManyValues> | Extract<Shown, ManyValues> | RunEventBody;
type Unnumbered<E> = E extends LoggedEvent ? Omit<E, "seq" | "run" | "time"> : never;
type ManyValues = { readonly event: "node.values" };

/** An entry with its number. */
export type Logged = LogEntry & Pick<LoggedEvent, "seq" | "run" | "time">;

/** The same as a log keeps it and as it is sent: it is written once, however many read it. */
export type LoggedJson = {
  readonly run: string;
  readonly seq: number;
  /** How much it counts where few are to be kept or sent: one with many values as many. */
  readonly size: number;
  /** The JSON of a `LoggedEvent`. */
  readonly json: string;
};

export type RunFilter = {
  readonly state?: RunState | "ended" | undefined;
  readonly workflow?: string | undefined;
  /** The cursor of the page before. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** Newest first. `next` is the cursor of the page after this one. */
export type RunPage = { readonly runs: readonly RunRecord[]; readonly next?: number };

/** A run in passing, its name, and whether it waits. */
export type RunInPassing = { readonly run: string; readonly name: string; readonly waits: boolean };

/** Is notified of what happens to the runs of a queue, once it is stored. */
export type QueueWatcher = {
  /** An event of any run was logged. */
  event?(event: Logged | LoggedEvent): void;
  /** There may be something to lease. */
  waiting?(): void;
  /** The record of a run, or its place, has changed. */
  changed?(run: string): void;
  /** Somebody asked to cancel a run that is leased, for the first time or again. */
  stopping?(run: string): void;
  /** A run was removed. */
  gone?(run: string): void;
  /** The queue was paused, or goes on. */
  paused?(is: boolean): void;
};

/** A run that was lost so many times in a row without getting further is not leased again. */
export const maxAttempts = 3;
/** Events of one run; beyond them, steps and previews are not logged, and what decides the run still is. */
export const maxEvents = 200_000;
/** Ended runs in passing that are kept, for pages that still show one. */
export const keptPassing = 20;

/** The priorities, from the first to run to the last. */
export const priorities = ["high", "normal", "low"] as const satisfies readonly Priority[];

/**
 * The runs of a server, the order in which they wait, and what happened in each. Every implementation passes `queue.contract.ts`.
 * Calls of one caller take effect in the order in which they were made. A lease holds as long as the process that took it
 * lives: how a queue notices its end is up to the implementation.
 */
export interface RunQueue {
  readonly events: EventLog;

  /**
   * Puts a run in the queue: first of those with its priority, or where its owner's turn comes, which is last if nobody else has one. `id` is the caller's choice and new;
   * `order` is what a worker will be given.
   */
  submit(id: string, request: RunRequest, order: Uint8Array, place?: "first" | "last"): Promise<void>;

  /** Takes the next run that waits; it counts as running from now on. Undefined if none waits, or the queue is paused. */
  lease(): Promise<Lease | undefined>;

  /**
   * Logs what happened in a leased run, and what follows from it: outputs, first error, end. Resolves to the event with its number,
   * or to undefined if it was not logged: an output that the log has already, or a step beyond `maxEvents`.
   * Rejects with `LeaseLost`.
   */
  report(lease: Lease, entry: LogEntry, time?: number): Promise<Logged | undefined>;

  /** Ends a leased run as failed, for a reason that is not an event of its own. Rejects with `LeaseLost`. */
  fail(lease: Lease, message: string): Promise<void>;

  /**
   * Gives back a leased run whose worker was lost; `what` says how. It waits again, before all others; if somebody asked to cancel it,
   * it ends as cancelled; if that was its last attempt it ends as failed. Rejects with `LeaseLost`.
   */
  giveBack(lease: Lease, what: string): Promise<void>;

  /** Whether a leased run that were lost now would be so for the `maxAttempts`th time in a row without getting further. Rejects with `LeaseLost`. */
  isLastAttempt(lease: Lease): Promise<boolean>;

  /** As `giveBack` does, for a run that its host stops for a reason that is not the run's: that is no attempt. Rejects with `LeaseLost`. */
  putBack(lease: Lease, what: string): Promise<void>;

  /** Gives back every lease whose process has ended. */
  recover(what: string): Promise<void>;

  /** Forgets the orders of the waiting runs: packs and node types may have changed. */
  forgetOrders(): Promise<void>;

  /**
   * Cancels a run. One that waits ends at once; the holder of a leased one is asked to stop it. False if it has ended or does not
   * exist.
   */
  cancel(run: string): Promise<boolean>;

  /**
   * Cancels the runs in passing that were submitted before that run: those of its name if it is one in passing itself, else all.
   * One that was asked to stop already is left to do so: to be asked again means at once.
   */
  makeRoom(run: string): Promise<void>;

  /** Cancels all runs that wait. Returns how many. */
  cancelWaiting(): Promise<number>;

  /**
   * Puts a waiting run at that place of the queue, or last if the queue is shorter. Among runs of another priority it takes theirs.
   * False if it does not wait, and for a run in passing.
   */
  move(run: string, position: number): Promise<boolean>;

  /** Gives a waiting run another priority: it enters them as if it was just submitted. False if it does not wait, and for a run in passing. */
  prioritize(run: string, priority: Priority): Promise<boolean>;

  /** Whether runs that wait go on waiting. Outlives the process. */
  paused(): Promise<boolean>;
  pause(is: boolean): Promise<void>;

  /** Removes a run with its log. False if it is leased or does not exist. */
  remove(run: string): Promise<boolean>;

  /**
   * Removes the oldest of the ended runs beyond the newest `keep`, some hundreds at a time, and of those in passing beyond
   * `keptPassing`. Returns how many.
   */
  retain(keep: number): Promise<number>;

  find(run: string): Promise<StoredRun | undefined>;
  record(run: string): Promise<RunRecord | undefined>;
  list(filter: RunFilter): Promise<RunPage>;

  /** Ids of the runs that wait, next first. */
  waiting(limit?: number): Promise<readonly string[]>;
  countWaiting(): Promise<number>;
  /** The runs in passing that wait or run, by name. */
  inPassing(): Promise<readonly RunInPassing[]>;
  /** How many runs wait before that one; undefined if it does not wait. */
  position(run: string): Promise<number | undefined>;
  /** The kinds of work in a run; none for a run that does not exist. */
  kinds(run: string): Promise<KindCounts>;

  /** Notifies the watcher of what happens from now on. Returns the function that ends this. */
  watch(watcher: QueueWatcher): () => void;
}

/** A queue that several workers share, each a process: it is leased what it can carry out. */
export interface SharedQueue extends RunQueue {
  /**
   * From now on this process is leased only what can be carried out with that, and counts among the workers; with undefined it no longer does, and is
   * leased nothing. One that never offered anything is leased anything.
   */
  offer(offer: Offer | undefined): Promise<void>;
}

/** What happened in each run: events with the numbers 1, 2, 3 and so on, which never change. */
export interface EventLog {
  /**
   * The events after that number, oldest first, at most `limit`, where one with several values counts as several; but one at least,
   * if there is one. None for a run that does not exist.
   */
  read(run: string, after: number, limit: number): Promise<readonly LoggedEvent[]>;

  /** The number of the newest event; undefined if there is no such run. */
  last(run: string): Promise<number | undefined>;

  /**
   * Every event after that number, once each and in order, future ones included. A number beyond the end means the end.
   * `onReady` is called when an event may have come after `take` had none.
   */
  subscribe(run: string, after: number, onReady: () => void): Subscription;
}

/** One reader of a log, which takes events when it can. Events that it has not taken cost the memory of a few at most. */
export type Subscription = {
  /** The next event that has come, or undefined if there is none yet. */
  take(): LoggedJson | undefined;
  /** Ends it: `take` returns nothing more, and `onReady` is not called. */
  close(): void;
};
