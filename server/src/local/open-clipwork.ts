import { dirname, resolve } from "node:path";
import { type EndState, endOf, type Problem, type RunEvent, readDocument } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import { dataFolder, dataFolderTrouble, valuesBudget } from "../data-folder/data-folder.ts";
import { type PreparedRun, prepareRead } from "../documents/prepare-run.ts";
import { readWorkflow } from "../documents/read-workflow.ts";
import { openSetup, type Setup } from "../installed/setup.ts";
import { startWorker, type Worker } from "../worker/worker.ts";
import { isShown, type OutputFiles } from "../worker/worker-protocol.ts";
import { ClipworkError, RunFailed } from "./errors.ts";
import { type Output, type OutputFile, readOutputs } from "./output.ts";
import { runHere } from "./run-here.ts";

export type OpenOptions = {
  /** The data folder; without it CLIPWORK_DATA, or the platform's. */
  readonly data?: string;
  /** What models run on; without it what the data folder's configuration says, else the CPU. */
  readonly provider?: Provider | "auto";
};

export type RunOptions = {
  /** Values for what the workflow exposes, as `--set` takes them. */
  readonly set?: { readonly [name: string]: string | number | boolean };
  /** Nodes to run, with what they need, instead of the outputs. */
  readonly targets?: readonly string[];
  /** Compute everything again instead of taking kept values. */
  readonly fresh?: boolean;
  /** Do not write the workflow into pictures, nor beside other files. */
  readonly bare?: boolean;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
};

export type RunResult = {
  /** In the order of the workflow's nodes, and of the items of each. */
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
  /** Everything that happens, in order, until the run's end. To be read by one reader; what nobody reads is kept until then. */
  readonly events: AsyncIterable<RunEvent>;
  /** Rejects with ClipworkError if the workflow is refused, and with RunFailed if the run fails or is cancelled. */
  readonly result: Promise<RunResult>;
  /** Takes effect at the next step. */
  cancel(): void;
};

/**
 * Clipwork within this program: workflows run in a process of its own, one after the other, and their values are kept in the data folder,
 * which a server and the command line may use meanwhile.
 */
export type Clipwork = {
  /** Runs a workflow: a document as JSON has it, or the path of its file or of a picture that carries one. */
  run(workflow: string | object, options?: RunOptions): Run;
  /** Cancels all runs and ends the process. Resolves when it is gone. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Opens Clipwork. Rejects with ClipworkError if the data folder, its configuration or the provider cannot be used. */
export async function openClipwork({ data: named, provider }: OpenOptions = {}): Promise<Clipwork> {
  const data = dataFolder(named);
  const trouble = await dataFolderTrouble(data);
  if (trouble) throw new ClipworkError([{ code: "bad-folder", severity: "error", ...trouble }]);
  const { setup, problems } = await openSetup(data, provider);
  if (!setup) throw new ClipworkError(problems);
  const worker = startWorker(setup);
  const closing = new AbortController();
  let last: Promise<unknown> = Promise.resolve();
  const close = async () => {
    closing.abort();
    await last;
    await worker.close();
  };
  return {
    run(workflow, options = {}) {
      const own = new AbortController();
      const signal = AbortSignal.any([own.signal, closing.signal, ...(options.signal ? [options.signal] : [])]);
      const { readable, writer } = eventStream();
      const result = last.then(() => runOne(workflow, { ...options, data, setup, worker, signal, hear: writer.add }));
      // The next run begins, and the events end, however this one ends; whoever awaits the result learns how.
      last = result.then(writer.close, writer.close);
      return { events: readable, result, cancel: () => own.abort() };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Parts = Omit<RunOptions, "signal"> & {
  readonly data: string;
  readonly setup: Setup;
  readonly worker: Worker;
  readonly signal: AbortSignal;
  readonly hear: (event: RunEvent) => void;
};

async function runOne(workflow: string | object, parts: Parts): Promise<RunResult> {
  const { data, setup, worker, signal, hear, fresh = false, bare = false } = parts;
  const { prepared, problems: warnings } = await prepare(workflow, parts);
  const made: OutputFiles[] = [];
  const failures: Problem[] = [];
  const outputs = () => readOutputs(made, prepared.plan);
  if (signal.aborted) throw failed("cancelled", [], []);
  const result = await runHere(prepared, {
    ...{ data, budget: setup.keepBytes ?? valuesBudget, worker, fresh, bare, signal },
    onOutput: (output) => void made.push(output),
    listen(event) {
      if (isShown(event)) return;
      if (event.event === "node.failed") {
        const { node, message, remedy } = event;
        failures.push({ code: "failed", severity: "error", node, message, remedy: remedy ?? "" });
      }
      hear(event);
    },
  });
  if ("problems" in result) throw new ClipworkError(result.problems);
  const { executed, cached, ms } = result.end;
  const state = endOf(result.end);
  if (state !== "finished") throw failed(state, failures, outputs());
  const pictures = outputs().flatMap(({ picture }) => picture ?? []);
  return { outputs: outputs(), pictures, executed, cached, ms, warnings };
}

async function prepare(
  workflow: string | object,
  { setup, set = {}, targets }: Parts,
): Promise<{ readonly prepared: PreparedRun; readonly problems: readonly Problem[] }> {
  const isPath = typeof workflow === "string";
  const read = isPath ? await readWorkflow(workflow) : readDocument(workflow);
  if (!read.document) throw new ClipworkError(read.problems);
  const places = isPath ? [dirname(resolve(workflow)), process.cwd()] : [process.cwd()];
  const { prepared, problems } = await prepareRead(read.document, {
    ...{ settings: set, setup, places },
    ...(targets && { targets }),
  });
  if (!prepared) throw new ClipworkError(problems);
  return { prepared, problems };
}

function failed(state: Exclude<EndState, "finished">, problems: readonly Problem[], outputs: readonly Output[]) {
  const cancelled: Problem = {
    ...{ code: "cancelled", severity: "error", message: "The run was cancelled." },
    remedy: "Run it again: what had finished is kept.",
  };
  return new RunFailed(state, state === "cancelled" ? [...problems, cancelled] : problems, outputs);
}

/** A stream of events, and how they get into it. Its reader may stop early. */
function eventStream() {
  let controller!: ReadableStreamDefaultController<RunEvent>;
  let open = true;
  const readable = new ReadableStream<RunEvent>({
    start(given) {
      controller = given;
    },
    cancel() {
      open = false;
    },
  });
  return {
    readable,
    writer: {
      add: (event: RunEvent) => open && controller.enqueue(event),
      close: () => open && controller.close(),
    },
  };
}
