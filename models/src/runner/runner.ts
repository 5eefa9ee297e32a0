import type { Tensors } from "./tensor.ts";

/**
 * One call of one stage. The feeds are everything the caller has for it, by the format's names; the graph takes those it
 * declares. Axis 0 of every feed is rows, the same number in each; feeds are neither changed nor kept.
 */
export type StageCall = {
  readonly pack: string;
  readonly stage: string;
  readonly feeds: Tensors;
  readonly signal?: AbortSignal | undefined;
  /** In the device queue, calls of a lower lane go first. Default 0. */
  readonly lane?: number;
  /** Whom the call is for: the device queue names the owners of a run's calls. */
  readonly owner?: string | undefined;
  /** With whom the call shares the device: while calls of several parties wait, none has a run for itself. */
  readonly party?: string | undefined;
  /** Called while the stage is loaded for this call, if that takes more than a moment. */
  readonly onLoad?: ((loading: Loading) => void) | undefined;
};

/** How far the loading of a stage has got. */
export type Loading = {
  readonly stage: string;
  /** Bytes of its weights. */
  readonly bytes: number;
  /** Bytes that have been read so far; absent when the runtime makes a session of them. */
  readonly read?: number;
};

/** Who follows the loading of a stage. */
export type Watch = Pick<StageCall, "signal" | "onLoad">;

/**
 * Runs model stages. The ONNX implementation, the fake and the device queue in front of them pass one suite,
 * `runner.contract.ts`.
 */
export interface ModelRunner {
  /**
   * The stage's outputs, with as many rows as the feeds. Rejects with `signal.reason` if aborted before it ran, and with
   * PackError if the stage does not exist, its graph declares an input that is missing or does not fit, or it fails. Calls
   * run one at a time.
   */
  run(call: StageCall): Promise<Tensors>;
  /**
   * The inputs that the stage's graph declares, by the format's names. Loads the stage if necessary, which `signal` cancels. Rejects as
   * `run` does.
   */
  inputs(pack: string, stage: string, watch?: Watch): Promise<readonly string[]>;
  /** Waits for the running call, then frees sessions and threads. Waiting calls reject, and so do later ones. */
  close(): Promise<void>;
}
