import type { Provider } from "@clipwork/models/onnx";
import {
  dataFolder,
  dataFolderTrouble,
  openDataFolder,
  valuesBudget,
  valuesFolder,
} from "../data-folder/data-folder.ts";
import { prepareRun, writeChecked } from "../documents/prepare-run.ts";
import { readWorkflow } from "../documents/read-workflow.ts";
import { openSetup } from "../installed/setup.ts";
import { type DifferentFact, tolerance } from "../outputs/compare-runs.ts";
import { readOutput, recordOf } from "../outputs/read-output.ts";
import { judgeReplay, type ReplayVerdict } from "../outputs/replay.ts";
import { interruptible } from "../terminal/interrupt.ts";
import { chooseProgress } from "../terminal/progress.ts";
import { exitCodes, inputProblem, refuse, type Terminal, visible } from "../terminal/terminal.ts";
import { diskStore } from "../values/disk-store.ts";
import { type RunListener, startWorker } from "../worker/worker.ts";
import { isShown, type OutputFiles } from "../worker/worker-protocol.ts";

type ReplayOptions = {
  readonly file: string;
  readonly data?: string;
  readonly provider?: Provider | "auto";
  readonly json?: boolean;
};

/**
 * `clipwork replay`: runs the workflow that a picture carries, or the record beside another file, takes no kept value, and says
 * whether the same files come out, or which node gives another value first. Writes no file.
 */
export async function replayCommand(terminal: Terminal, options: ReplayOptions): Promise<number> {
  const json = options.json === true;
  const data = dataFolder(options.data);
  const trouble = await dataFolderTrouble(data);
  if (trouble) return refuse(terminal, [inputProblem("bad-folder", trouble.message, trouble.remedy)], json);
  const { document, run, problems: unreadable } = await readWorkflow(options.file);
  if (!document) return refuse(terminal, unreadable, json);
  const before = await readOutput(options.file, run);
  if ("problem" in before) return refuse(terminal, [before.problem], json);
  const { setup, problems: unusable } = await openSetup(data, options.provider);
  if (!setup) return refuse(terminal, unusable, json);
  const { prepared, problems } = await prepareRun({ path: options.file, settings: {}, setup });
  if (!prepared) return refuse(terminal, problems, json);

  const values = valuesFolder(data);
  await openDataFolder(data);
  const progress = chooseProgress(terminal, json);
  const worker = startWorker(setup);
  const interrupt = interruptible(progress.tell, worker);
  try {
    const order = { checked: writeChecked(prepared), values, fresh: true, outputs: { bare: false } };
    const { node, item } = before.record;
    let made: OutputFiles | undefined;
    const onOutput = (output: OutputFiles) => {
      if (output.node === node && output.item === item) made = output;
    };
    const show: RunListener = (event, view) => {
      if (!isShown(event)) progress.show(event, view);
    };
    const result = await worker.run(order, show, { signal: interrupt.signal, onOutput }).finally(() => progress.stop());
    if ("problems" in result) return refuse(terminal, result.problems, json);
    const { end, provenance } = result;
    if (end.event === "run.cancelled") return exitCodes.interrupted;
    // What fails elsewhere in the workflow, as it did when the file was made, says nothing of the file.
    if (!provenance || (end.event === "run.failed" && !made)) return tellBroken(terminal, options);
    const now = made && (await recordOf(made));
    const verdict = judgeReplay({ before, now, provenance, plan: prepared.plan });
    await diskStore(values).trim(setup.keepBytes ?? valuesBudget);
    tellVerdict(terminal, options, verdict, before.picture !== undefined);
    return verdict.outcome === "different" ? exitCodes.failed : exitCodes.done;
  } finally {
    interrupt.stop();
    await worker.close();
  }
}

function tellBroken(terminal: Terminal, { file, json }: ReplayOptions): number {
  if (json) terminal.out(JSON.stringify({ event: "replayed", file, outcome: "failed" }));
  else terminal.out(`failed: ${visible(file)} could not be made again; see the error above.`);
  return exitCodes.failed;
}

function tellVerdict(
  terminal: Terminal,
  { file, json }: ReplayOptions,
  verdict: ReplayVerdict,
  picture: boolean,
): void {
  if (json) {
    // JSON knows no infinity: equal pictures have no ratio.
    terminal.out(JSON.stringify({ event: "replayed", file, ...verdict, tolerance }));
    return;
  }
  terminal.out(`${verdict.outcome}: ${visible(file)} ${sentence(verdict, picture)}`);
  for (const fact of verdict.facts) terminal.out(`  ${visible(describeFact(fact))}`);
}

/** What the verdict says of a file: of a picture by its pixels, of another one by its bytes. */
function sentence({ outcome, first, values, distance }: ReplayVerdict, picture: boolean): string {
  if (outcome === "equal") {
    const same = `comes out with the same ${picture ? "pixels" : "bytes"}`;
    return values.different === 0
      ? `${same}.`
      : `${same}, although ${values.different} of ${values.recorded} values differ.`;
  }
  const where = first
    ? `first at the node "${first.node}"${first.item > 0 ? `, item ${first.item}` : ""}`
    : unknown(values);
  if (!picture) return `comes out different, ${where}.`;
  const apart = distance
    ? `${distance.psnr.toFixed(1)} dB, the largest difference ${distance.largest} of 255`
    : "of another size";
  const allowed = `at least ${tolerance.psnr} dB, at most ${tolerance.largest}`;
  if (outcome === "close") return `comes out nearly the same, as far as other numerics allow (${apart}; ${allowed}).`;
  return `comes out different, ${where} (${apart}).`;
}

function unknown({ recorded }: ReplayVerdict["values"]): string {
  return recorded === 0 ? "and does not record the values of its nodes" : "although all recorded values are the same";
}

/** `numerics: "a" → "b"`. Digests of model stages say nothing to people: only that they differ. */
export function describeFact({ fact, before, now }: DifferentFact): string {
  if (before === undefined) return `${fact}: new, ${now}`;
  if (now === undefined) return `${fact}: gone, was ${before}`;
  return fact.startsWith("model stage") ? `${fact} has other weights or settings` : `${fact}: ${before} → ${now}`;
}
