import { dirname, resolve } from "node:path";
import {
  ClipworkError,
  eventStream,
  failureOf,
  picturesOf,
  type Run,
  RunFailed,
  type RunOptions,
  type RunResult,
} from "@clipwork/client/runs";
import { endOf, type Problem, type RunEvent, readDocument } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import { dataFolder, dataFolderTrouble, valuesBudget } from "../data-folder/data-folder.ts";
import { type PreparedRun, prepareRead } from "../documents/prepare-run.ts";
import { readWorkflow } from "../documents/read-workflow.ts";
import { openSetup, type Setup } from "../installed/setup.ts";
import { startWorker, type Worker } from "../worker/worker.ts";
import { isShown, type OutputFiles } from "../worker/worker-protocol.ts";
import { readOutputs } from "./output.ts";
import { runHere } from "./run-here.ts";

export type OpenOptions = {
  /** The data folder; without it CLIPWORK_DATA, or the platform's. */
  readonly data?: string;
  /** What models run on; without it what the data folder's configuration says, else the CPU. */
  readonly provider?: Provider | "auto";
};

export type LocalRunOptions = RunOptions & {
  /** Do not write the workflow into pictures, nor beside other files. */
  readonly bare?: boolean;
};

/**
 * Clipwork within this program: workflows run in a process of its own, one after the other, and their values are kept in the data folder,
 * which a server and the command line may use meanwhile.
 */
export type Clipwork = {
  /** Runs a workflow: a document as JSON has it, or the path of its file or of a picture that carries one. */
  run(workflow: string | object, options?: LocalRunOptions): Run;
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
      const { events, add, close } = eventStream();
      const result = last.then(() => runOne(workflow, { ...options, data, setup, worker, signal, hear: add }));
      // The next run begins, and the events end, however this one ends; whoever awaits the result learns how.
      last = result.then(close, close);
      return { events, result, cancel: () => own.abort() };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Parts = Omit<LocalRunOptions, "signal"> & {
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
  const outputs = () => readOutputs(made, prepared.document.json);
  if (signal.aborted) throw new RunFailed("cancelled", [], []);
  const result = await runHere(prepared, {
    ...{ data, budget: setup.keepBytes ?? valuesBudget, worker, fresh, bare, signal },
    onOutput: (output) => void made.push(output),
    listen(event) {
      if (isShown(event)) return;
      if (event.event === "node.failed") failures.push(failureOf(event));
      hear(event);
    },
  });
  if ("problems" in result) throw new ClipworkError(result.problems);
  const { executed, cached, ms } = result.end;
  const state = endOf(result.end);
  if (state !== "finished") throw new RunFailed(state, failures, outputs());
  return { outputs: outputs(), pictures: picturesOf(outputs()), executed, cached, ms, warnings };
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
