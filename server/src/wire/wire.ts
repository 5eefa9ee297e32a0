// What the server and its clients say to each other: types only, so that the editor can import them and nothing else of the server.
// REST lies under /api/v1 and speaks JSON; errors are `application/problem+json` (RFC 9457). Live events come by socket.io,
// over web sockets alone: `io({ transports: ["websocket"] })`.
import type {
  Cell,
  Explanation,
  KindJson,
  NodeTypeJson,
  PackFacts,
  Problem,
  RunEvent,
  RunState,
  TableColumn,
  WorkEvent,
  WorkflowJson,
} from "@clipwork/engine";
import type { DocumentPresence } from "./presence.ts";

export type * from "./about.ts";
export type * from "./access.ts";
export type * from "./models.ts";
export type * from "./node-packs.ts";
export type * from "./presence.ts";
export type * from "./workers.ts";

/** A content hash: 64 hexadecimal digits of SHA-256. Bytes are at `GET /artifacts/:hash`. */
export type Hash = string;

/** The body of every error. `problems` are the engine's, if a workflow is at fault. */
export type ErrorBody = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What to do. */
  readonly remedy: string;
  readonly problems?: readonly Problem[];
};

/** A page of a list. `next` is the cursor for the page after it, absent on the last one. */
export type Page<T> = { readonly items: readonly T[]; readonly next?: string };

/** `GET /nodes` */
export type NodesReply = {
  readonly nodes: readonly NodeTypeJson[];
  /** The kinds of their sockets. */
  readonly kinds: readonly KindJson[];
};

/** `GET /packs` */
export type PacksReply = { readonly packs: readonly PackJson[] };
export type PackJson =
  | {
      readonly name: string;
      readonly title: string;
      readonly version: string;
      readonly licence: string;
      readonly facts: PackFacts;
      /** Words that the pack knows, for hints in captions; empty if it lists none. */
      readonly vocabulary: readonly string[];
    }
  | { readonly name: string; readonly unusable: { readonly message: string; readonly remedy: string } };

/** `GET /templates`: the shipped workflows. Outside the API, `/templates/<id>.webp` is a picture of what one makes. */
export type TemplatesReply = { readonly templates: readonly TemplateJson[] };
export type TemplateJson = {
  /** Its file in `workflows`, without the ending. */
  readonly id: string;
  readonly title: string;
  /** What it is for, in words that several templates share: `meta.group`; empty if the file names none. */
  readonly group: string;
  /** `meta.description`: some sentences, of which the first says what it makes. */
  readonly summary: string;
  readonly document: WorkflowJson;
};

/** A saved workflow: `GET /workflows` (without `document`), `GET /workflows/:id`, `POST /workflows`, `PUT /workflows/:id`. */
export type WorkflowSummary = {
  readonly id: string;
  readonly title: string;
  /** Counts from 1; `PUT` must name the one that it changes, otherwise it is refused with 409 and nothing is lost. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly updated: number;
};
/** A saved workflow and its newest revision. */
export type SavedChange = Pick<WorkflowSummary, "id" | "revision">;
export type SavedWorkflow = WorkflowSummary & { readonly document: WorkflowJson };
/**
 * Why a revision is kept: somebody saved it, it was about to be run, or it was being edited. Of those that were being edited one is
 * kept for every five minutes, and the newest.
 */
export type RevisionReason = "saved" | "run" | "edit";
/** Without a reason it counts as saved. */
type WorkflowChange = { readonly title: string; readonly document: unknown; readonly reason?: RevisionReason };
/** `id`: a UUID of the client's choice that no workflow has yet, so that a request can be repeated without a second workflow. */
export type CreateWorkflow = WorkflowChange & { readonly id?: string };
export type UpdateWorkflow = WorkflowChange & { readonly revision: number };
/** `GET /workflows/:id/history` (`{ items }`), newest first; `POST /workflows/:id/restore` with `{ revision, from }`. */
export type RevisionSummary = {
  readonly revision: number;
  readonly title: string;
  readonly time: number;
  readonly reason: RevisionReason;
};
/** `GET /workflows/:id/revisions/:revision` */
export type SavedRevision = RevisionSummary & { readonly document: WorkflowJson };

/** `POST /runs`: a document, or a saved workflow's id. If both are given, the document is run, and counts as a run of that workflow. */
export type SubmitRun = {
  readonly document?: unknown;
  readonly workflow?: string;
  /** Values for what the workflow exposes, as `--set` takes them. */
  readonly set?: { readonly [name: string]: string | number | boolean };
  /** Nodes to run instead of the outputs. */
  readonly targets?: readonly string[];
  /** Compute everything again. */
  readonly fresh?: boolean;
  /** Before the others in the queue that have its priority. */
  readonly first?: boolean;
  /** `normal` if it is left out. */
  readonly priority?: Priority;
  /**
   * A run while somebody edits, under a name of the client's choice: the newest of a name takes the place of the others. It waits behind all
   * others and stops for them, is in no list, and is forgotten soon after it has ended.
   */
  readonly passing?: string;
  /** Cancel it if the connection of whoever asks ends before the answer has left: its id would be known to nobody. */
  readonly cancelIfGone?: boolean;
};

/** Runs wait by priority; runs of one priority, in their order, which owners enter by turns. */
export type Priority = "high" | "normal" | "low";

/** `GET /queue?limit=`: what runs, and what waits in its order, as far as it was asked for. `PATCH /queue` with `{ paused }` too. */
export type QueueReply = QueueHead & {
  readonly running: readonly RunSummary[];
  readonly next: readonly RunSummary[];
};
export type QueueHead = {
  /** While it is paused no run begins; one that runs goes on. */
  readonly paused: boolean;
  /** How many runs wait. */
  readonly waiting: number;
  /** Why no run begins although the queue is not paused, such as a full disk, and what to do. It goes on by itself when that is over. */
  readonly held?: { readonly message: string; readonly remedy: string };
};

/**
 * `GET /runs?state=&workflow=&before=&limit=`, newest first, and what followers of the queue receive. `state=ended`: those of
 * any state that is an end.
 */
export type RunSummary = {
  readonly id: string;
  readonly state: RunState;
  readonly title: string;
  readonly workflow?: string;
  /** Who submitted it, by the name of the token; absent for the server's own, and if none is asked for. */
  readonly owner?: string;
  /** Only while queued does it matter. */
  readonly priority: Priority;
  /** The first caption and seed in it. */
  readonly caption?: string;
  readonly seed?: number;
  readonly created: number;
  readonly started?: number;
  readonly ended?: number;
  /** 0 is next; only while queued. */
  readonly position?: number;
  /** Why it goes on waiting though others begin: no worker has what it needs. Only while queued. */
  readonly held?: { readonly message: string; readonly remedy: string };
  /** Forecast of the milliseconds left, from earlier runs of the same nodes; absent if nothing is known. */
  readonly msLeft?: number;
  /** Somebody asked to cancel it; only while running. */
  readonly stopping?: boolean;
  /** Done and all items, while running. */
  readonly progress?: { readonly done: number; readonly all: number };
  /** The sentence of the first failure. */
  readonly error?: string;
  readonly outputs: readonly RunOutput[];
};

/** What an output kept: the files of one item, and what it looks like. */
export type RunOutput = {
  readonly node: string;
  readonly item: number;
  /** What its files are called, without ending. */
  readonly name: string;
  /** The kind of the value. */
  readonly kind: string;
  readonly view: View;
  /** As its kind writes them; the first is the one that people open. */
  readonly files: readonly OutputFile[];
  /** The PNG among its files, if there is one; it carries the workflow. */
  readonly picture?: Hash;
  /** A WebP of the picture, of at most 256 px. */
  readonly thumbnail?: Hash;
  readonly width?: number;
  readonly height?: number;
  readonly settings?: readonly ItemSetting[];
};
/** What a link put into a parameter of a node for one item: what tells the items of a batch apart. */
export type ItemSetting = { readonly node: string; readonly param: string; readonly value: string | number | boolean };
export type OutputFile = {
  /** With its dot. */
  readonly ending: string;
  readonly media: string;
  readonly hash: Hash;
  /** Its size; absent in outputs of Clipwork 0.1. */
  readonly bytes?: number;
};

/** `GET /runs/:id`, and the reply to `POST /runs`, `/runs/:id/cancel`, `/runs/:id/retry`, `PATCH /runs/:id` ({ position } or { priority }). */
export type RunDetail = RunSummary & {
  readonly document: WorkflowJson;
  readonly set: { readonly [name: string]: string | number | boolean };
  readonly targets?: readonly string[];
  readonly warnings: readonly Problem[];
  /** The number of the newest event. */
  readonly seq: number;
};

/**
 * What a value looks like. Pictures are WebP of at most 512 px a side. An embedding has its numbers, pooled to at most 128 bars,
 * its norm and, if the run has a caption to compare with, the cosine to it. Text comes with its tokens and with how many
 * characters at its end did not fit. A table comes with its first rows; the artifact `table` is all of it as the
 * JSON of a `TableData`. The artifact `chart` is the JSON of an option of Apache ECharts, without colours. The artifact `map` is
 * the JSON of `MapContent`, and its pictures are one WebP of any size. `file` is the artifact of a file's bytes.
 */
export type View =
  | { readonly kind: "picture"; readonly picture: Hash; readonly width: number; readonly height: number }
  | {
      readonly kind: "embedding";
      readonly size: number;
      readonly bars: readonly number[];
      readonly norm: number;
      readonly cosine?: number;
    }
  | { readonly kind: "text"; readonly text: string; readonly tokens?: readonly string[]; readonly cut?: number }
  | { readonly kind: "data"; readonly text: string }
  | {
      readonly kind: "table";
      readonly columns: readonly Omit<TableColumn, "values">[];
      /** How many there are. */
      readonly rows: number;
      readonly head: readonly (readonly Cell[])[];
      readonly table: Hash;
    }
  | { readonly kind: "plot"; readonly title: string; readonly chart: Hash }
  | {
      readonly kind: "map";
      readonly axes: readonly [x: string, y: string];
      /** How many points it has. */
      readonly count: number;
      readonly map: Hash;
      /** Its pictures in one, `columns` in a row, each a square of `side` pixels. */
      readonly sheet?: { readonly picture: Hash; readonly side: number; readonly columns: number };
    }
  | {
      readonly kind: "file";
      readonly media: string;
      readonly ending: string;
      readonly bytes: number;
      readonly file: Hash;
    };

/** The points of a map: x and y of each in turn, and a label for each or none. */
export type MapContent = { readonly points: readonly number[]; readonly labels: readonly string[] };

type At = { readonly node: string; readonly item: number };

/** What the value at an output looks like. `settings`: those behind it that links fed; absent if there are none. */
export type ShownValue = {
  readonly port: string;
  readonly view: View;
  readonly settings?: readonly ItemSetting[];
} & At;

/**
 * What a run's log holds (`GET /runs/:id/events?after=seq`) and what its followers receive. `seq` counts from 1 without gaps in
 * each run: the engine's events are renumbered, together with what the host adds between them.
 */
export type LoggedEvent =
  | RunEvent
  | ({ readonly seq: number; readonly run: string; readonly time: number } & (
      | ({ readonly event: "node.preview"; readonly port: string; readonly step: number; readonly view: View } & At)
      /** The value of an output, as soon as it is kept. */
      | ({ readonly event: "node.value" } & ShownValue)
      /** Many of them at once: of what was kept before, and of emitted lists. */
      | { readonly event: "node.values"; readonly values: readonly ShownValue[] }
      | { readonly event: "run.output"; readonly output: RunOutput }
      /** What the models did since the last such event, once a second and before the run's last event. */
      | Omit<WorkEvent, "time">
    ));

/** `POST /forecast`, with the same body as `POST /runs`: what such a run would do if it began now. Nothing is queued. */
export type ForecastReply = {
  /** Every node that computes something; of one that is expected to run, its kind of work, and how many items. */
  readonly nodes: readonly {
    readonly node: string;
    readonly state: Explanation["state"];
    readonly kind?: string;
    readonly items?: number;
  }[];
  /**
   * Milliseconds of an item of each kind of work that ran before, and whether one ran since the models' process began: then its models are
   * loaded.
   */
  readonly kinds: { readonly [kind: string]: { readonly ms: number; readonly warm: boolean } };
  /** Milliseconds that it would take, from earlier runs of the same nodes; absent if nothing is known. */
  readonly ms?: number;
  /**
   * Bytes of values that it would keep on the server's disk, by far the most of what it writes, from earlier runs of the same nodes, and those that are free there.
   * Absent if nothing is known. A run that would write more than is free is refused.
   */
  readonly disk?: { readonly bytes: number; readonly free: number };
};

/** One item that a node made in a run. */
export type ItemOfRun = { readonly run: string; readonly node: string; readonly item: number };

/** `POST /runs/compare`: two items, such as two pictures. */
export type CompareItems = { readonly before: ItemOfRun; readonly now: ItemOfRun };

/** The nodes that gave other values on the way to one item than to the other, sources first, and how many gave the same. */
export type ValuesDiffer = { readonly different: readonly string[]; readonly equal: number };

/** Without `values` the runs' files do not say it. */
export type CompareReply = { readonly values?: ValuesDiffer };

export type EventsReply = { readonly events: readonly LoggedEvent[]; readonly seq: number };

/** `POST /uploads` (the bytes of a picture or of a NumPy file as the body, with a media type); documents then name `asset:<hash>`. */
export type UploadReply = UploadedPicture | UploadedArray;

/** An array of numbers: [rows, columns]. */
export type UploadedArray = { readonly asset: Hash; readonly rows: number; readonly columns: number };

export type UploadedPicture = {
  readonly asset: Hash;
  readonly width: number;
  readonly height: number;
  readonly thumbnail: Hash;
  /** The workflow that the picture carries, if any. */
  readonly document?: WorkflowJson;
  /** The digests of the networks that made it, by "PACK/STAGE"; those of a pack that is here stand in its `facts`. */
  readonly stages?: { readonly [stage: string]: string };
};

/** Sockets: what a client sends. Each is answered through its callback. */
export type ClientToServer = {
  /** Follow a run from `after` (0: from its beginning): the reply has what was missed, then `event` follows without a gap. */
  follow(run: string, after: number, reply: (events: EventsReply | ErrorBody) => void): void;
  unfollow(run: string): void;
  /** Follow the queue: the reply has the newest 100 runs of any state, then `run` comes for every run that changes, and `waiting`. */
  queue(reply: (runs: readonly RunSummary[]) => void): void;
  /**
   * This page has these saved workflows open, by id, at most 100, and no others: `present` comes for each of them, now and when somebody else opens or
   * leaves it. Those who have it open are told of this page until it says otherwise or is gone.
   */
  open(documents: readonly string[]): void;
};

/** Sockets: what a client receives. */
export type ServerToClient = {
  /** Reliable and in order. */
  event(event: LoggedEvent): void;
  /** The newest frame of a node while it samples: volatile, at most 15 a second a node, a WebP of at most 512 px. */
  frame(
    frame: {
      readonly run: string;
      readonly port: string;
      readonly step: number;
      readonly steps: number;
      readonly bytes: Uint8Array;
    } & At,
  ): void;
  run(run: RunSummary): void;
  /** How many wait, and whether the queue is paused: at first, and when that has changed. */
  waiting(head: QueueHead): void;
  /** A run that was deleted. */
  gone(run: string): void;
  /** Saved workflows that have changed, or were created, with their newest revision. */
  saved(changes: readonly SavedChange[]): void;
  /** Who else has a document open that this page has open. */
  present(now: readonly DocumentPresence[]): void;
};
