import { describePlan, expandPlan, type RunView } from "@clipwork/engine";
import { hashesFile, openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { type PreparedRun, writeChecked } from "../documents/prepare-run.ts";
import { rememberHashes } from "../installed/known-hashes.ts";
import { diskStore } from "../values/disk-store.ts";
import { type RememberedKeys, settledKeys } from "../values/remembered-keys.ts";
import type { RunListener, RunResult, Worker } from "../worker/worker.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";

export type RunHere = {
  /** The data folder. */
  readonly data: string;
  /** Bytes of values that stay in it after the run. */
  readonly budget: number;
  readonly worker: Worker;
  /** Where the fingerprints of the workflow are remembered, for `explain`; absent if nowhere. */
  readonly remembered?: RememberedKeys;
  /** Compute everything again. */
  readonly fresh: boolean;
  /** Files without the record of the run. */
  readonly bare: boolean;
  readonly signal: AbortSignal;
  readonly listen: RunListener;
  /** Called with the files of each output as they are ready. */
  readonly onOutput: (output: OutputFiles) => void;
};

/** Runs what was prepared, without a server, and keeps its values in the data folder, within their budget. */
export async function runHere(prepared: PreparedRun, options: RunHere): Promise<RunResult> {
  const { data, budget, worker, remembered, fresh, bare, signal, listen, onOutput } = options;
  const values = valuesFolder(data);
  await openDataFolder(data);
  for (const { hashes } of Object.values(prepared.packs)) await rememberHashes(hashesFile(data), hashes);
  let view: RunView | undefined;
  const order = { checked: writeChecked(prepared), values, fresh, outputs: { bare } };
  const result = await worker.run(
    order,
    (event, after, lost) => {
      view = after;
      listen(event, after, lost);
    },
    { signal, onOutput },
  );
  if ("problems" in result) return result;
  const store = diskStore(values);
  const plan = describePlan(await expandPlan(prepared.plan, store.observed));
  await remembered?.add(settledKeys(view!, plan));
  if (result.end.executed > 0) await store.trim(budget);
  return result;
}
