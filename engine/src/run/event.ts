import type { Kind } from "../kinds/kind.ts";
import type { ValueRef } from "../values/entry.ts";
import type { Value } from "../values/value.ts";

/** One value that a run has to give: item `item` of the sink `node`, with the place of its value. */
export type OutputRef = {
  readonly node: string;
  readonly port: string;
  readonly item: number;
  readonly value: ValueRef;
};

/** One entry of the cache that an output was made from, by the first item that it stands for. */
export type TracedEntry = { readonly node: string; readonly item: number; readonly key: string };

/** An output whose value is kept. */
export type GivenOutput = OutputRef & {
  /** How many items its node has to give. */
  readonly items: number;
  /** What it was made from, itself included: the entries of its own items alone, in the order of the plan and of items. */
  readonly made: readonly TracedEntry[];
};

/** Everything that can happen in a run. `time` is in milliseconds of the host's clock; `seq` counts from 1 in each run. */
export type RunEvent = { readonly seq: number; readonly run: string; readonly time: number } & (
  | { readonly event: "run.queued" }
  | { readonly event: "run.started"; readonly nodes: number }
  | {
      readonly event: "run.finished" | "run.failed" | "run.cancelled";
      /** Nodes with at least one item run to its end; one that a cancel broke off has not been run. */
      readonly executed: number;
      /** Nodes with at least one item taken from the cache and none run. */
      readonly cached: number;
      readonly outputs: readonly OutputRef[];
      readonly ms: number;
    }
  | ({ readonly event: "node.started" } & At)
  /** The value is in the cache, or on its way there, under `key`, which logs of Clipwork 0.1 lack. */
  | ({ readonly event: "node.cached"; readonly key?: string } & At)
  /** `doing`: what the item does meanwhile that is no step of its own, such as loading a model. */
  | ({ readonly event: "node.progress"; readonly step: number; readonly steps: number; readonly doing?: string } & At)
  | ({ readonly event: "node.finished"; readonly ms: number } & At)
  /** The cache has taken the item's value, under `key`. */
  | ({ readonly event: "node.stored"; readonly key: string } & At)
  | ({ readonly event: "node.failed"; readonly message: string; readonly remedy?: string } & At)
  /** `because` is the id of the failed node. Sinks are skipped too. */
  | ({ readonly event: "node.skipped"; readonly because: string } & At)
  | ({ readonly event: "notice"; readonly message: string } & Partial<At>)
);

type At = { readonly node: string; readonly item: number };

/** What an output looks like so far. Has no number and may be lost. */
export type PreviewEvent = {
  readonly event: "preview";
  readonly run: string;
  readonly port: string;
  readonly value: Value;
  /** What it is shown as, where that is not the kind of the output. */
  readonly kind?: Kind;
} & At;

/** RunEvent without what the run adds itself, kind by kind. */
export type RunEventBody = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, "seq" | "run" | "time">
    : never
  : never;
