import type { PreviewEvent, Problem, RunEvent } from "@clipwork/engine";
import type { Device } from "@clipwork/models/onnx";

/** What a worker is started with, as the argument of its process. */
export type WorkerSetup = { readonly device: Device };

/** One run, as the host asks for it. Plain data: the worker builds its own environment from it. */
export type RunOrder = {
  /** The workflow with its settings applied, as JSON text. */
  readonly document: string;
  /** Folders of the packs, by name. */
  readonly packs: { readonly [name: string]: string };
  /** Where each file parameter's value lies, and the digest it was checked with. */
  readonly files: { readonly [name: string]: LocalFile };
  /** Where values are kept. */
  readonly values: string;
  /** Compute everything again instead of taking stored values. */
  readonly fresh: boolean;
  /** Send previews. They are large, and the command line shows none. */
  readonly previews: boolean;
};

export type LocalFile = { readonly path: string; readonly digest: string };

/** How results came about, beside the workflow itself: enough to say later what differs. */
export type Provenance = {
  readonly numerics: string;
  /** Digest of each stage by `pack/stage`. */
  readonly stages: { readonly [stage: string]: string };
  readonly versions: { readonly [name: string]: string };
};

export type ToWorker = { readonly type: "start"; readonly order: RunOrder } | { readonly type: "cancel" };

export type FromWorker =
  | { readonly type: "event"; readonly event: RunEvent | PreviewEvent }
  /** The workflow is not valid here after all; nothing ran. */
  | { readonly type: "refused"; readonly problems: readonly Problem[] }
  /** The last message of a run, after its values were stored. */
  | { readonly type: "ended"; readonly provenance: Provenance }
  /** The worker itself is at fault and could not run it. */
  | { readonly type: "fault"; readonly message: string };
