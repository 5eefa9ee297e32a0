import type { Tensors } from "./tensor.ts";

/** One call of one stage. Axis 0 of every feed is rows, the same number in each; feeds are not changed and not kept. */
export type StageCall = {
  readonly pack: string;
  readonly stage: string;
  readonly feeds: Tensors;
  readonly signal?: AbortSignal;
  /** Calls of a lower lane go first when several wait. Default 0. */
  readonly lane?: number;
};

/**
 * Runs model stages. The ONNX implementation, the fake and the device queue in front of them pass one suite,
 * `runner.contract.ts`.
 */
export interface ModelRunner {
  /** The stage's outputs, with as many rows as the feeds. Rejects with `signal.reason` when aborted before it ran. */
  run(call: StageCall): Promise<Tensors>;
  /** Frees sessions and threads. Calls after it reject. */
  close(): Promise<void>;
}
