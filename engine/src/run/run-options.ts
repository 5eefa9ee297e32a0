import type { Cache } from "../values/cache.ts";
import type { GivenOutput, OutputRef, PreviewEvent, RunEvent } from "./event.ts";
import type { EndState } from "./run-state.ts";
import type { Timer } from "./time-limit.ts";

/** What the host of a run gives to it. */
export type RunOptions<Services> = {
  readonly runId: string;
  readonly cache: Cache;
  /** What the host offers to nodes beside the engine's context. */
  readonly services: Services;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly preview?: (event: PreviewEvent) => void;
  /** Given each output once, as soon as its value is kept with all that it was made from, and before the run's last event. */
  readonly output?: (output: GivenOutput) => void;
  /** Ends the run as cancelled: nothing new starts, and running items see the signal. */
  readonly signal?: AbortSignal;
  /** The most items that run at once. Default 32. */
  readonly concurrency?: number;
  /** False to compute everything anew; results are still kept. Default true. */
  readonly readCache?: boolean;
  /** Seconds that an item may take from its start, waiting for models included, where its node type says nothing. Default: no limit. */
  readonly timeLimit?: number;
  /** Tells when a time limit is over. Default: the platform's timer. */
  readonly timer?: Timer;
  /** The number of the run's first event, where the host has given out some. Default 1. */
  readonly firstSeq?: number;
};

export type RunResult = {
  readonly status: EndState;
  /** Nodes with at least one item run. */
  readonly executed: number;
  /** Nodes with at least one item taken from the cache and none run. */
  readonly cached: number;
  /** What there is of the values that the run had to give, also when it failed. */
  readonly outputs: readonly OutputRef[];
  readonly failures: readonly Failure[];
};

export type Failure = {
  readonly node: string;
  readonly item: number;
  readonly message: string;
  readonly remedy?: string;
};
