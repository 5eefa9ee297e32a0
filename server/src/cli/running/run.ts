import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { type AnyCatalogue, type EndState, endOf, type Problem, type RunEnd, type Unusable } from "@clipwork/engine";
import type { Provider } from "@clipwork/models/onnx";
import {
  dataFolder,
  dataFolderTrouble,
  keysFolder,
  valuesBudget,
  valuesFolder,
} from "../../data-folder/data-folder.ts";
import { folderTrouble } from "../../data-folder/folder-trouble.ts";
import { type PreparedRun, prepareRun } from "../../documents/prepare-run.ts";
import { isReadOnce } from "../../documents/read-workflow.ts";
import { openSetup } from "../../installed/setup.ts";
import { runHere } from "../../local/run-here.ts";
import { OutputPlacer } from "../../outputs/place-outputs.ts";
import { interruptible } from "../../terminal/interrupt.ts";
import { seconds } from "../../terminal/node-tally.ts";
import { chooseProgress, type Progress } from "../../terminal/progress.ts";
import { RunProfile } from "../../terminal/run-profile.ts";
import { readSettings, type Settings } from "../../terminal/settings.ts";
import { exitCodes, inputProblem, refuse, type Terminal, tellProblem, visible } from "../../terminal/terminal.ts";
import { rememberedKeys, workflowIdentity } from "../../values/remembered-keys.ts";
import { type RunListener, startWorker, type Worker } from "../../worker/worker.ts";
import { isShown, type OutputFiles } from "../../worker/worker-protocol.ts";
import { type Ran, runBatch } from "./batch.ts";
import { readBatch } from "./read-batch.ts";
import { startReport } from "./run-report.ts";
import { runAgain } from "./watch.ts";

export type RunCommandOptions = {
  readonly file: string;
  readonly set: readonly string[];
  /** A CSV, a text or a folder of captions: each a run of its own. */
  readonly batch?: string;
  /** Run again when the workflow or a file that it names changes. */
  readonly watch?: boolean;
  /** The nodes to run, with what they need; none for all outputs. */
  readonly only: readonly string[];
  readonly out: string;
  readonly data?: string;
  readonly provider?: Provider | "auto";
  readonly json?: boolean;
  readonly cache: boolean;
  readonly metadata: boolean;
  /** The file that gets the report of the run. */
  readonly report?: string;
  /** The file that gets the timeline of the run, in Chrome's trace format. */
  readonly trace?: string;
  /** Print where the time went. */
  readonly profile?: boolean;
};

const codeOf = { finished: exitCodes.done, failed: exitCodes.failed, cancelled: exitCodes.interrupted };

type Ended = Pick<RunEnd, "executed" | "cached" | "ms"> & { readonly status: EndState };

/** `clipwork run`: checks everything first and writes nothing until it is known to be right. Returns the exit code. */
export async function runCommand(terminal: Terminal, options: RunCommandOptions): Promise<number> {
  const json = options.json === true;
  const { settings, problems: usage } = await readSettings(options.set);
  const batch = options.batch === undefined ? undefined : await readBatch(options.batch);
  const data = dataFolder(options.data);
  const folders = await checkFolders(data, resolve(options.out), options);
  const wrong = [
    ...usage,
    ...folders,
    ...(await together(options)),
    ...(batch && "problem" in batch ? [batch.problem] : []),
  ];
  if (wrong.length > 0) return refuse(terminal, wrong, json);

  const { setup, problems: unusable } = await openSetup(data, options.provider);
  if (!setup) return refuse(terminal, unusable, json);

  let progress = chooseProgress(terminal, json);
  const worker = startWorker(setup);
  const interrupt = interruptible((line) => progress.tell(line), worker);
  try {
    worker.boot();
    const { signal } = interrupt;
    const runOnce = async (settings: Settings, out: string): Promise<RanOnce> => {
      const targets = options.only.length > 0 ? { targets: options.only } : {};
      const { prepared, problems, looked } = await prepareRun({ path: options.file, settings, setup, ...targets });
      if (!prepared) return { code: refuse(terminal, problems, json), files: [], refused: problems, read: looked };
      for (const problem of problems) tellWarning(terminal, problem, json);
      const { catalogue } = setup.nodes;
      progress = chooseProgress(terminal, json);
      const ran = await runPrepared(
        terminal,
        { ...options, out },
        { prepared, catalogue, data, budget: setup.keepBytes ?? valuesBudget, worker, progress, signal },
      );
      return {
        ...ran,
        read: Object.values(prepared.files).flatMap(({ path, entries = [] }) => [
          path,
          ...entries.map((one) => one.path),
        ]),
      };
    };
    if (batch && "rows" in batch)
      return await runBatch(terminal, { ...options, ...batch, json, settings, signal, run: runOnce });
    if (options.watch) {
      let files: readonly string[] = [options.file];
      const run = async () => {
        const { code, read } = await runOnce(settings, options.out);
        // What was refused may have been half saved: whatever mends it starts the next run.
        const before = code === exitCodes.wrongInput ? files : [options.file];
        files = [...new Set([...before, ...read])];
        return { files };
      };
      await runAgain(run, [options.file], signal, () => progress.tell(`watching ${options.file}; interrupt to end`));
      return exitCodes.interrupted;
    }
    const { code } = await runOnce(settings, options.out);
    // Nobody waits for a worker that has nothing to do.
    if (code === exitCodes.wrongInput) worker.kill();
    return code;
  } finally {
    interrupt.stop();
    await worker.close();
  }
}

type RanOnce = Ran & {
  /** The files that the workflow names. Of a run that was refused, the paths at which they were looked for. */
  readonly read: readonly string[];
};

/** What cannot be asked for together. */
async function together(options: RunCommandOptions): Promise<Problem[]> {
  const { batch, watch, file, report, trace, profile } = options;
  if (batch === undefined && !watch) return [];
  const [option, many] = batch === undefined ? ["--watch", "runs more than once"] : ["--batch", "is many runs"];
  const says = (what: string, remedy: string) => [inputProblem("usage", `${option} ${many}, ${what}.`, remedy)];
  if (batch !== undefined && watch) return says("so it cannot be watched", "Leave out --watch.");
  if (await isReadOnce(file)) return says("and standard input or a pipe can be read once", "Name the workflow's file.");
  if (report !== undefined || trace !== undefined || profile)
    return says("and --report, --trace and --profile are about one", "Leave them out, or run once.");
  return [];
}

/** What is remembered of the workflow's fingerprints. */
function keysOf(data: string, { document }: PreparedRun, { file }: RunCommandOptions) {
  return rememberedKeys(keysFolder(data), workflowIdentity(document, file));
}

async function checkFolders(
  data: string,
  out: string,
  { report, trace }: Pick<RunCommandOptions, "report" | "trace">,
): Promise<Problem[]> {
  const troubles = [await dataFolderTrouble(data), await folderTrouble(out, "output folder")];
  if (report !== undefined) troubles.push(await fileTrouble(resolve(report), "report"));
  if (trace !== undefined) troubles.push(await fileTrouble(resolve(trace), "trace"));
  return troubles.flatMap((one) => (one ? [inputProblem("bad-folder", one.message, one.remedy)] : []));
}

async function fileTrouble(file: string, what: string): Promise<Unusable | undefined> {
  const info = await stat(file).catch(() => undefined);
  if (info?.isDirectory()) return { message: `The ${what} ${file} is a folder.`, remedy: "Name a file." };
  return folderTrouble(dirname(file), `${what}'s folder`);
}

function tellWarning(terminal: Terminal, problem: Problem, json: boolean): void {
  if (json) terminal.out(JSON.stringify({ event: "notice", ...problem }));
  else tellProblem(terminal, problem);
}

async function runPrepared(
  terminal: Terminal,
  options: RunCommandOptions,
  parts: {
    prepared: PreparedRun;
    catalogue: AnyCatalogue;
    data: string;
    /** Bytes of values that are kept. */
    budget: number;
    worker: Worker;
    progress: Progress;
    signal: AbortSignal;
  },
): Promise<Ran> {
  const { prepared, catalogue, data, budget, worker, progress, signal } = parts;
  const values = valuesFolder(data);
  const fresh = !options.cache;
  const placer = new OutputPlacer(prepared.plan, resolve(options.out));
  const remembered = keysOf(data, prepared, options);
  const reporter =
    options.report === undefined ? undefined : await startReport({ prepared, values, remembered, catalogue, fresh });
  const profile = options.trace !== undefined || options.profile ? new RunProfile() : undefined;
  const listen: RunListener = (event, view) => {
    if (event.event === "run.work") {
      profile?.hear(event);
      if (options.json) terminal.out(JSON.stringify(event));
    }
    if (isShown(event)) return;
    profile?.hear(event);
    reporter?.hear(event);
    progress.show(event, view);
  };
  const onOutput = (output: OutputFiles) => {
    placer.add(output);
    reporter?.take(output);
  };
  const bare = !options.metadata;
  const here = { data, budget, worker, remembered, fresh, bare, signal, listen, onOutput };
  const result = await runHere(prepared, here).finally(() => progress.stop());
  if ("problems" in result) return { code: refuse(terminal, result.problems, options.json === true), files: [] };
  const { end } = result;
  const { placed, failures } = await placer.finish();
  const files = placed.flatMap(({ files }) => files);
  const status = end.event === "run.finished" && failures.length > 0 ? "failed" : endOf(end);
  if (options.json) {
    for (const failure of failures) terminal.out(JSON.stringify({ event: "node.failed", ...failure }));
    terminal.out(JSON.stringify({ ...end, event: "run.finished", status, outputs: placed }));
  } else {
    for (const { item: _, ...failure } of failures)
      tellProblem(terminal, { code: "unwritten", severity: "error", ...failure });
    tellEnd(terminal, { ...end, status }, files);
  }
  if (options.profile) for (const line of profile!.lines()) terminal.err(line);
  // The run's end stands, whatever becomes of the files about it.
  let code: number = codeOf[status];
  for (const [file, writer] of [[options.report, reporter] as const, [options.trace, profile] as const]) {
    if (file === undefined) continue;
    const unwritten = await writer?.write(resolve(file));
    if (unwritten) tellProblem(terminal, unwritten);
    else if (!options.json) tellFile(terminal, resolve(file));
    if (unwritten) code = Math.max(code, exitCodes.failed);
  }
  return { code, files };
}

function tellFile(terminal: Terminal, file: string): void {
  const near = relative(process.cwd(), file);
  terminal.out(visible(near.startsWith("..") ? file : near));
}

function tellEnd(terminal: Terminal, end: Ended, files: readonly string[]): void {
  for (const file of files) tellFile(terminal, file);
  const count = (nodes: number, what: string) => `${nodes} ${nodes === 1 ? "node" : "nodes"} ${what}`;
  const what = `${count(end.executed, "run")}, ${end.cached} cached`;
  terminal.err(`${end.status}: ${what}, ${seconds(end.ms)}`);
}
