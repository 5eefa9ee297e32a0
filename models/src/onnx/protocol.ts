import type { Loading } from "../runner/runner.ts";
import type { Tensors } from "../runner/tensor.ts";
import type { Provider } from "./provider.ts";
import type { StageFile } from "./stage-files.ts";

/** What the client sends to the thread that owns the sessions. One call is in progress at a time. */
export type Request =
  | { readonly kind: "run"; readonly at: StagePath; readonly feeds: Tensors }
  | { readonly kind: "warm"; readonly at: StagePath }
  | { readonly kind: "sessions" }
  | { readonly kind: "close" };

/** Sent while a request is in progress: its stage need not be loaded any more. The request is answered all the same. */
export type Cancel = { readonly kind: "cancel" };

/** Sent by the thread before its answer: while it loads a stage for the request, and when other sessions are loaded than before. */
export type Report =
  | { readonly kind: "loading"; readonly loading: Loading }
  | { readonly kind: "held"; readonly bytes: number };

/** The thread's answer to the previous request; `close` is answered by the thread ending. */
export type Response =
  | { readonly kind: "outputs"; readonly outputs: Tensors }
  | { readonly kind: "loaded"; readonly session: SessionInfo }
  | { readonly kind: "sessions"; readonly sessions: readonly SessionInfo[] }
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly message: string; readonly remedy: string };

/** A stage of a pack and its files. */
export type StagePath = {
  readonly pack: string;
  readonly stage: string;
  /** The ONNX file. */
  readonly graph: StageFile;
  /** Files of external data next to it. */
  readonly data: readonly StageFile[];
  /** The format's name for each input that the graph names differently. */
  readonly inputs: { readonly [ownName: string]: string };
};

/** The format's name for an input of the stage's graph. */
export function formatName(ownName: string, { inputs }: StagePath): string {
  return Object.hasOwn(inputs, ownName) ? inputs[ownName]! : ownName;
}

export type ThreadOptions = {
  readonly provider: Provider;
  readonly threads: number;
  /** The most memory of all sessions together, however much is free. */
  readonly sessionBytes: number;
};

/** A loaded session. */
export type SessionInfo = {
  readonly pack: string;
  readonly stage: string;
  /** Memory that it takes for itself, less what a run needs. */
  readonly bytes: number;
  /** Bytes of weights that stay in their files, mapped. */
  readonly mapped: number;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
};

/** An input or output of a model. A dimension is a number, or the name of a dimension that may vary. */
export type PortInfo = {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
};
