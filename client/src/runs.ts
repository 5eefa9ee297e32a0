// What a run is to a program, whoever runs it: a server behind its API, or Clipwork within the program itself.
import type { Problem, RunEvent, WorkflowJson } from "@clipwork/engine";

/** One file that an output made. */
export type OutputFile = {
  /** A name for it, with its ending, and with the item's number if there are several. Two outputs may choose the same. */
  readonly name: string;
  readonly media: string;
  /** In bytes. */
  readonly size: number;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
};

/** What one item of an output made. */
export type Output = {
  readonly node: string;
  readonly item: number;
  /** The kind of the value: "image", "table", "plot" … */
  readonly kind: string;
  /** The first is the one that people open. */
  readonly files: readonly OutputFile[];
  /** The PNG among them, if there is one. It carries the workflow. */
  readonly picture?: OutputFile;
};

export type RunOptions = {
  /** Values for what the workflow exposes, as `--set` takes them. */
  readonly set?: { readonly [name: string]: string | number | boolean };
  /** Nodes to run, with what they need, instead of the outputs. */
  readonly targets?: readonly string[];
  /** Compute everything again instead of taking kept values. */
  readonly fresh?: boolean;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
};

export type RunResult = {
  /** In the order of the workflow's nodes, those within a subgraph by their ids, and of the items of each. */
  readonly outputs: readonly Output[];
  /** The pictures among the outputs' files. */
  readonly pictures: readonly OutputFile[];
  /** How many nodes ran, and how many gave kept values. */
  readonly executed: number;
  readonly cached: number;
  readonly ms: number;
  readonly warnings: readonly Problem[];
};

/** A run that was asked for. */
export type Run = {
  /** Everything that happens, in order, until the run's end. To be read by one reader; of what nobody reads 100,000 are kept. */
  readonly events: AsyncIterable<RunEvent>;
  /** Rejects with ClipworkError if the workflow is refused, and with RunFailed if the run fails or is cancelled. */
  readonly result: Promise<RunResult>;
  /** Takes effect at the next step. */
  cancel(): void;
};

/** Whatever runs workflows: a document as JSON has it, or a name that it knows one by. */
export type Runs = { run(workflow: string | object, options?: RunOptions): Run };

/** Why something cannot be done, with every problem that was found, each with its place in the workflow and a remedy. */
export class ClipworkError extends Error {
  override readonly name: string = "ClipworkError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message, remedy }) => (remedy ? `${message} ${remedy}` : message)).join("\n"));
    this.problems = problems;
  }
}

/** A run that failed or was cancelled. What it had made by then is not lost. */
export class RunFailed extends ClipworkError {
  override readonly name = "RunFailed";
  readonly state: "failed" | "cancelled";
  /** The outputs that were finished. */
  readonly outputs: readonly Output[];

  constructor(state: RunFailed["state"], problems: readonly Problem[], outputs: readonly Output[]) {
    super(state === "cancelled" ? [...problems, cancelled] : problems);
    this.state = state;
    this.outputs = outputs;
  }
}

const cancelled: Problem = {
  ...{ code: "cancelled", severity: "error", message: "The run was cancelled." },
  remedy: "Run it again: what had finished is kept.",
};

/** The problem that a failed item of a node is. */
export function failureOf({ node, message, remedy = "" }: Extract<RunEvent, { event: "node.failed" }>): Problem {
  return { code: "failed", severity: "error", node, message, remedy };
}

/** Outputs in the order that `RunResult` has: by the places of their nodes in the workflow, or of the subgraphs that these lie in, then by id and item. */
export function inNodeOrder<Made extends { readonly node: string; readonly item: number }>(
  outputs: readonly Made[],
  { nodes }: Pick<WorkflowJson, "nodes">,
): readonly Made[] {
  const places = new Map(Object.keys(nodes).map((id, place) => [id, place]));
  const place = ({ node }: Made) => places.get(node.split("/", 1)[0]!) ?? places.size;
  const byId = (a: Made, b: Made) => (a.node < b.node ? -1 : a.node > b.node ? 1 : 0);
  return outputs.toSorted((a, b) => place(a) - place(b) || byId(a, b) || a.item - b.item);
}

/** The pictures among the files of outputs. */
export function picturesOf(outputs: readonly Output[]): readonly OutputFile[] {
  return outputs.flatMap(({ picture }) => picture ?? []);
}

/** Events that are kept for a reader who does not take them. */
const mostUnread = 100_000;

/** Events on their way to one reader, who may stop early. Beyond a number that nobody reads all are let go, and who then reads is told so. */
export function eventStream(): {
  readonly events: AsyncIterable<RunEvent>;
  readonly add: (event: RunEvent) => void;
  readonly close: () => void;
} {
  let controller!: ReadableStreamDefaultController<RunEvent>;
  let open = true;
  const events = new ReadableStream<RunEvent>(
    {
      start(given) {
        controller = given;
      },
      cancel() {
        open = false;
      },
    },
    // Of a stream that holds none in advance, the size that it desires is less than nothing by what is unread.
    { highWaterMark: 0 },
  );
  const ifRead = (work: () => void) => {
    if (open) work();
  };
  return {
    events,
    add: (event) =>
      ifRead(() => {
        if (-controller.desiredSize! < mostUnread) return controller.enqueue(event);
        open = false;
        controller.error(unread);
      }),
    close: () => ifRead(() => controller.close()),
  };
}

const unread = new ClipworkError([
  {
    ...{ code: "unread-events", severity: "error" },
    message: `More than ${mostUnread} events of the run were not read, and were let go.`,
    remedy: "Read them while they come; the run's result has its outputs all the same.",
  },
]);
