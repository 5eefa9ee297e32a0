import type { Problem, RunEvent } from "@clipwork/engine";
import type { Setup } from "../installed/setup.ts";
import type { RunOutput, View } from "../wire/wire.ts";

/** What a worker is started with, as the argument of its process. */
export type WorkerSetup = Pick<Setup, "device" | "nodePacks" | "nodeSeconds">;

/** One run, as the host asks for it. Plain data: the worker builds its own environment from it. */
export type RunOrder = {
  /** The workflow with its settings applied, as JSON text. */
  readonly document: string;
  /** Nodes whose values are wanted instead of those of the outputs. */
  readonly targets?: readonly string[];
  /** Folders of the packs, by name. */
  readonly packs: { readonly [name: string]: string };
  /** Where each file parameter's value lies, and the digest it was checked with. */
  readonly files: { readonly [name: string]: LocalFile };
  /** Where values are kept. */
  readonly values: string;
  /** Compute everything again instead of taking stored values. */
  readonly fresh: boolean;
  /** The folder for pictures of what happens. Absent where nobody watches, as on the command line: then none are made. */
  readonly artifacts?: string;
};

export type LocalFile = { readonly path: string; readonly digest: string };

/** How results came about, beside the workflow itself: enough to say later what differs. */
export type Provenance = {
  readonly numerics: string;
  /** The node packs whose types it uses: `name@version sha256:…`. */
  readonly nodePacks: readonly string[];
  /** Digest of each stage by `pack/stage`. */
  readonly stages: { readonly [stage: string]: string };
  readonly versions: { readonly [name: string]: string };
};

/** What a watched run shows beside its events. Tensors stay in the worker: only pictures of them, by hash, leave it. */
export type Shown =
  | ({
      readonly event: "node.preview";
      readonly port: string;
      readonly step: number;
      readonly steps: number;
      readonly view: View;
      /** The picture's bytes, at most 15 times a second a node. */
      readonly frame?: Uint8Array;
    } & At)
  /** A value as it is kept, whether this run made it or not. */
  | ({ readonly event: "node.value"; readonly port: string; readonly view: View } & At)
  | { readonly event: "run.output"; readonly output: RunOutput };

type At = { readonly node: string; readonly item: number };

export type ToWorker = { readonly type: "start"; readonly order: RunOrder } | { readonly type: "cancel" };

export type FromWorker =
  | { readonly type: "event"; readonly event: RunEvent | Shown }
  /** The workflow is not valid here after all; nothing ran. */
  | { readonly type: "refused"; readonly problems: readonly Problem[] }
  /** The last message of a run, after its values were stored. */
  | { readonly type: "ended"; readonly provenance: Provenance }
  /** The worker itself is at fault and could not run it. */
  | { readonly type: "fault"; readonly message: string };

/** True for what only shows something: it has no number in the worker's count. */
export function isShown(event: RunEvent | Shown): event is Shown {
  return event.event === "node.preview" || event.event === "node.value" || event.event === "run.output";
}
