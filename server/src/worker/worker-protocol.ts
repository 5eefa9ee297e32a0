import type { PlanData, Problem, Published, RunEvent, WorkEvent, WorkflowJson } from "@clipwork/engine";
import type { KnownHash } from "@clipwork/models";
import type { BareSetup } from "../installed/bare-setup.ts";
import type { Hash, RunOutput, ShownValue, View } from "../wire/wire.ts";
import type { ClaimAsked, ClaimTold } from "./claim-desk.ts";

/** What a worker is started with, as the argument of its process. */
export type WorkerSetup = Pick<BareSetup, "device" | "nodePacks" | "nodeSeconds" | "keepBytes">;

/** One run, as the host asks for it. */
export type RunOrder = {
  /** A `CheckedRun` as JSON, deflated: a large one passes through the host at little cost. */
  readonly checked: Uint8Array;
  /** Where values are kept. */
  readonly values: string;
  /** The address of the store of values that other machines share; absent if this one is alone. */
  readonly store?: string;
  /** Others may compute the same values at the same time: the host is asked for claims. Else only runs of this worker may. */
  readonly claims?: true;
  /** There is no place for it before one of those that are ending has ended: it begins then. */
  readonly behind?: true;
  /** Compute everything again instead of taking stored values. */
  readonly fresh: boolean;
  /** The context of the run's trace (W3C Trace Context), if it is traced: code of node packs finds it in TRACEPARENT. */
  readonly traceparent?: string;
  /** The folder for pictures of what happens. Absent if nobody watches, as on the command line: then no such pictures are made. */
  readonly artifacts?: string;
  /** Send the files of each output to the host; `bare`: without the record of the run. Absent if nobody places files. */
  readonly outputs?: { readonly bare: boolean };
};

/** What was checked, with everything that it was checked against. Plain data that survives JSON. */
export type CheckedRun = {
  /** With its settings applied. Pictures carry it; it is not checked again. */
  readonly workflow: WorkflowJson;
  readonly plan: PlanData;
  readonly packs: { readonly [name: string]: CheckedPack };
  /** Where each file parameter's value lies, and the digest it was checked with. */
  readonly files: { readonly [name: string]: LocalFile };
};

/** A model pack as it was when the run was checked. */
export type CheckedPack = {
  readonly folder: string;
  /** `packDigests` of the pack: a worker that finds others refuses the run. */
  readonly digests: { readonly [part: string]: string };
  /** The hashes of its files by path, so that a worker need not read unchanged files again. */
  readonly hashes: { readonly [path: string]: KnownHash };
};

/** The nodes that a run is expected to run, each with its kind of work. */
export type WorkAhead = ReadonlyMap<string, { readonly kind: string; readonly items: number }>;

/** How long items of nodes may take; nodes that are not named here are Clipwork's own and have the usual limit. */
export type NodeLimits = {
  /** Seconds of an item whose node type sets no limit; absent if that may take any time. */
  readonly usual: number | undefined;
  readonly nodes: { readonly [node: string]: NodeLimit };
};
export type NodeLimit = {
  /** Seconds; absent or infinite for no limit. */
  readonly seconds?: number | undefined;
  readonly type?: string;
  /** The node pack that brings it, `name@version`. */
  readonly pack?: string;
};

/** A user's file, or a folder with the files in it. */
export type LocalFile = {
  readonly path: string;
  readonly digest: string;
  /** Of a picture: its size in pixels, upright. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Of a folder: its files by name, in order. */
  readonly entries?: readonly { readonly name: string; readonly path: string; readonly digest: string }[];
};

/** How results came about, besides the workflow itself: enough to say later what differs. */
export type Provenance = {
  readonly numerics: string;
  /** The node packs whose types it uses: `name@version sha256:…`. */
  readonly nodePacks: readonly string[];
  /** Digest of each stage by `pack/stage`, of arrays by `pack/arrays/NAME`. */
  readonly stages: { readonly [stage: string]: string };
  readonly versions: { readonly [name: string]: string };
};

/** One file of an output's value, as its kind writes it. */
export type MadeFile = Omit<Published, "pixels"> & {
  /** SHA-256 of what makes two such files equal: the raw 8-bit pixels of a picture, the bytes of any other file. */
  readonly content: string;
  /** It is the record of the run, for the files beside it. */
  readonly record?: true;
};

/** What an output keeps. */
export type MadeOutput = {
  /** What the author of the workflow calls its files: a name for a file, without number and ending. */
  readonly name: string;
  /** The kind of the value. */
  readonly kind: string;
  /** The first is the one that people open. */
  readonly files: readonly MadeFile[];
};

/** The files of an output, on their way to the host. */
export type OutputFiles = MadeOutput & {
  readonly node: string;
  readonly port: string;
  readonly item: number;
  /** How many items the node has; with several, each file's name has the item's number. */
  readonly items: number;
};

/** What a run shows besides its events; of one that nobody watches what the models did alone. Tensors stay in the worker: only pictures of them, by hash, leave it. */
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
  /** A value as it is kept. */
  | ({ readonly event: "node.value" } & ShownValue)
  /** The same of many at once. */
  | { readonly event: "node.values"; readonly values: WrittenValues }
  | { readonly event: "run.output"; readonly output: RunOutput }
  /** What the models did. It has a time, but no number. */
  | WorkEvent;

/**
 * Values that are shown together. They come by the thousand: so they are written once, where they are made, and are logged and sent as
 * they are written.
 */
export type WrittenValues = {
  /** The JSON of a `ShownValue[]`. */
  readonly json: string;
  readonly count: number;
  /** What the views of all of them name. */
  readonly artifacts: readonly Hash[];
};

type At = { readonly node: string; readonly item: number };

/**
 * Every message names its run by a token that only the host and the worker's own code know: node packs run in the worker's
 * process, and may send anything.
 */
export type ToWorker = { readonly run: string } & (
  | { readonly type: "start"; readonly order: RunOrder }
  | { readonly type: "cancel" }
  /** Asks for a pong: whether the process still yields. */
  | { readonly type: "ping" }
  | ClaimTold
);

export type FromWorker = { readonly run: string } & WorkerMessage;

export type WorkerMessage =
  /** Before the first event of a run with nodes that have limits: its host sees to it that they yield. */
  | { readonly type: "limits"; readonly limits: NodeLimits }
  | { readonly type: "pong" }
  /** The first message of a run: there is a place for it. Of one that is cancelled before it is not sent. */
  | { readonly type: "begun" }
  /** Of a watched run, before its first event. */
  | { readonly type: "outlook"; readonly ahead: WorkAhead }
  /** A node of a watched run begins that was not ahead; sent before its event. */
  | { readonly type: "unforeseen"; readonly node: string; readonly kind: string }
  /** Of an order with `claims`. */
  | ClaimAsked
  /** All nodes of a watched run have ended: what is left is to show and to write what they made. What is started `behind` it begins after its end. */
  | { readonly type: "ending" }
  /** One event, or several that happened at once, in their order. */
  | { readonly type: "events"; readonly events: readonly (RunEvent | Shown)[] }
  /** An output of an order with `outputs` is ready. All are sent before the run's last event. */
  | { readonly type: "output"; readonly output: OutputFiles }
  /** What was checked is not what the worker finds; nothing ran. */
  | { readonly type: "refused"; readonly problems: readonly Problem[] }
  /** The last message of a run, after its values were stored. */
  | { readonly type: "ended"; readonly provenance: Provenance }
  /** The worker itself is at fault and could not run it. */
  | { readonly type: "fault"; readonly message: string; readonly code?: string };

const shownEvents: ReadonlySet<string> = new Set<Shown["event"]>([
  "node.preview",
  "node.value",
  "node.values",
  "run.output",
  "run.work",
]);

/** True for an event that only shows something: it has no number. */
export function isShown(event: RunEvent | Shown): event is Shown {
  return shownEvents.has(event.event);
}
