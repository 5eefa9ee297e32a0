import type { RunContext } from "../catalogue/node.ts";
import type { Cache } from "../values/cache.ts";
import type { Claim } from "../values/claims.ts";
import type { GivenOutput, OutputRef, PreviewEvent, RunEvent } from "./event.ts";
import type { EndState } from "./run-state.ts";
import type { Timer } from "./time-limit.ts";

/** What a host passes to a run. */
export type RunOptions<Services> = {
  readonly runId: string;
  readonly cache: Cache;
  /** What the host offers to nodes besides the engine's context. */
  readonly services: Services;
  /** Services that an item of a node has in place of those, such as ones that report what they do for it. */
  readonly servicesOf?: (context: RunContext, node: string) => Partial<Services>;
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  readonly emit: (event: RunEvent) => void;
  readonly preview?: (event: PreviewEvent) => void;
  /**
   * Called once with each output, as soon as its value is kept together with everything it was made from, and before the
   * run's last event.
   */
  readonly output?: (output: GivenOutput) => void;
  /** Ends the run as cancelled: nothing new starts, and running items see the signal. */
  readonly signal?: AbortSignal;
  /** The most items that run at once. Default 32. */
  readonly concurrency?: number;
  /** False to compute everything again; results are still kept. Default true. */
  readonly readCache?: boolean;
  /**
   * Asks to be the one who computes an item, by its fingerprint, before it begins; undefined if that is not worth asking. If others compute it, the
   * run waits and then asks its cache again. Default: nobody is asked.
   */
  readonly claim?: (item: ItemToClaim) => Promise<Claim> | undefined;
  /**
   * Seconds that an item may take from its start, including waiting for models, if its node type sets no limit. Default: no
   * limit.
   */
  readonly timeLimit?: number;
  /** Rings when a time limit is over. Default: the platform's timer. */
  readonly timer?: Timer;
  /** The number of the run's first event, if the host has already numbered some. Default 1. */
  readonly firstSeq?: number;
};

export type ItemToClaim = {
  /** Its fingerprint. */
  readonly key: string;
  readonly node: string;
  /** The run's: who waits for others ends then. */
  readonly signal: AbortSignal;
};

export type RunResult = {
  readonly status: EndState;
  /** Nodes with at least one item run to its end; one that a cancel broke off has not been run. */
  readonly executed: number;
  /** Nodes with at least one item taken from the cache and none run. */
  readonly cached: number;
  /** The available values that the run had to return, even if it failed. */
  readonly outputs: readonly OutputRef[];
  readonly failures: readonly Failure[];
};

export type Failure = {
  readonly node: string;
  readonly item: number;
  readonly message: string;
  readonly remedy?: string;
};
