import type { KindJson, NodeTypeJson, Problem } from "@clipwork/engine";
import type { Needs } from "../documents/needs.ts";
import type { PackedJson } from "../files/packed-json.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import type { Hash, NodePackJson, PackJson } from "../wire/wire.ts";

/** What a thread that checks documents is started with. */
export type CheckerSetup = {
  readonly setup: BareSetup;
  /** Where values and uploaded pictures are kept. */
  readonly values: string;
  readonly artifacts: string;
};

/** The first message of a thread: it has the node types, and says which node packs it refused. */
export type Ready = {
  readonly nodes: readonly NodeTypeJson[];
  readonly kinds: readonly KindJson[];
  readonly problems: readonly Problem[];
  readonly nodePacks: readonly NodePackJson[];
};

/** What a thread is asked, by kind, and what it answers. */
export type Calls = {
  /** A body of JSON in UTF-8. */
  read: { readonly ask: Uint8Array; readonly answer: ReadBody };
  /** What is to be saved, half-wired or not. */
  inspect: { readonly ask: PackedJson; readonly answer: WorkflowFacts };
  check: { readonly ask: CheckRequest; readonly answer: CheckReply };
  packs: { readonly ask: undefined; readonly answer: readonly PackJson[] };
  /** What a worker has that checks here. */
  offer: { readonly ask: undefined; readonly answer: readonly string[] };
  /** The next events of the log that a report is made of. */
  log: { readonly ask: LogBatch; readonly answer: undefined };
  /** Its answer is HTML in UTF-8. */
  report: { readonly ask: ReportRequest; readonly answer: Uint8Array };
};
export type CallKind = keyof Calls;

export type ToChecker = {
  [K in CallKind]: { readonly id: number; readonly kind: K; readonly ask: Calls[K]["ask"] };
}[CallKind];

export type FromChecker =
  | { readonly id: number; readonly answer: Calls[CallKind]["answer"] }
  | { readonly id: number; readonly error: string };

export type LogBatch = {
  /** Names the report. */
  readonly report: string;
  readonly run: string;
  /** A list of events as JSON in UTF-8. */
  readonly events: Uint8Array;
};

export type ReportRequest = {
  /** Names the report, whose log came before. */
  readonly report: string;
  /** The run as a `RunDetail`, as JSON in UTF-8. */
  readonly detail: Uint8Array;
  readonly fresh: boolean;
};

/** A body of JSON. Its document stays packed: nobody outside the thread reads it, and it may be large. */
export type ReadBody = { readonly rest: unknown; readonly document?: PackedJson } | { readonly problem: Problem };

/** The uploaded pictures that a workflow names, or why it is none. */
export type WorkflowFacts = { readonly assets: readonly Hash[] } | { readonly problems: readonly Problem[] };

export type CheckRequest = {
  readonly document: PackedJson;
  readonly set: { readonly [name: string]: string | number | boolean };
  readonly targets?: readonly string[] | undefined;
  /** What is asked for beside the problems. */
  readonly want: {
    /** What a worker is given. */
    readonly order?: boolean;
    /** What a run would do now. */
    readonly outlook?: OutlookRequest;
  };
};

export type OutlookRequest = {
  /** It would compute all of it anew. */
  readonly fresh: boolean;
  /** With the state of every node, not only the kinds of work. */
  readonly states: boolean;
};

export type CheckReply = {
  readonly problems: readonly Problem[];
  /** Absent where the document cannot be run. */
  readonly accepted?: AcceptedDocument;
};

export type AcceptedDocument = {
  readonly title: string;
  /** The first caption and seed in it: what it exposes under those names, else those of the first node that has one. */
  readonly caption?: string;
  readonly seed?: number;
  /** The uploaded pictures that the document or its settings name. */
  readonly assets: readonly Hash[];
  /** As a worker is given it; present if it was asked for. */
  readonly checked?: Uint8Array;
  /** What it needs of a worker; present with `checked`. */
  readonly needs?: Needs;
  readonly outlook?: DocumentOutlook;
};

export type DocumentOutlook = {
  readonly kinds: KindCounts;
  /** The list of nodes with their states as JSON in UTF-8; present if it was asked for. */
  readonly nodes?: Uint8Array;
};

/** How many items of each kind of work are expected to run; null where the kinds are too many to be known. */
export type KindCounts = { readonly [kind: string]: number } | null;
