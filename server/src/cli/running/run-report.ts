import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type AnyCatalogue, expandPlan, explainPlan, type Problem, type RunEvent } from "@clipwork/engine";
import type { PreparedRun } from "../../documents/prepare-run.ts";
import { itemName } from "../../outputs/item-name.ts";
import { renderReport } from "../../report/render-report.ts";
import { type CarriedRecord, carriedRecord, makeReport, type ReportOutput } from "../../report/report.ts";
import { ReportPictures } from "../../report/report-pictures.ts";
import { RunLog } from "../../report/run-log.ts";
import { inputProblem } from "../../terminal/terminal.ts";
import { diskStore } from "../../values/disk-store.ts";
import type { RememberedKeys } from "../../values/remembered-keys.ts";
import type { OutputFiles } from "../../worker/worker-protocol.ts";

/** Gathers what the report of a run says while it runs. */
export type Reporter = {
  hear(event: RunEvent): void;
  take(output: OutputFiles): void;
  /** Writes the report to a file, in place of one that was there. Returns why it could not be written. */
  write(file: string): Promise<Problem | undefined>;
};

type Parts = {
  readonly prepared: PreparedRun;
  /** The folder of the values that are kept. */
  readonly values: string;
  readonly remembered: Pick<RememberedKeys, "read">;
  /** Knows the titles of the node types. */
  readonly catalogue: AnyCatalogue;
  /** Whether everything is computed, whatever is kept. */
  readonly fresh: boolean;
};

/** To be called before the run: why nodes run is explained by what is kept until then. */
export async function startReport({ prepared, values, remembered, catalogue, fresh }: Parts): Promise<Reporter> {
  const { document, plan } = prepared;
  const kept = diskStore(values).observed;
  const explained = fresh ? [] : await explainPlan(await expandPlan(plan, kept), kept, await remembered.read());
  const pictures = new ReportPictures();
  const outputs: ReportOutput[] = [];
  const carried: CarriedRecord[] = [];
  let log: RunLog | undefined;
  let work = Promise.resolve();

  async function add({ node, item, items, name, files }: OutputFiles): Promise<void> {
    const [first] = files;
    const picture = first && (await pictures.take(first.bytes));
    const record = files.find((file) => file.record) ?? files.find((file) => file.picture);
    const found = record && carriedRecord(record);
    if (found) carried.push(found);
    outputs.push({
      node,
      item,
      name: itemName(name, item, items),
      files: files.map(({ ending, bytes }) => ({ ending, bytes: bytes.length })),
      picture,
    });
  }

  async function make(): Promise<string> {
    await work;
    const report = makeReport({
      run: log?.view.run ?? randomUUID(),
      log: log ?? new RunLog(""),
      workflow: document.json,
      outputs,
      carried,
      titleOf: (type) => catalogue.get(type)?.title,
      fresh,
      reasons: new Map(explained.map(({ node, reasons }) => [node, reasons])),
    });
    return renderReport(report);
  }

  return {
    hear(event) {
      log ??= new RunLog(event.run);
      log.add(event);
    },
    take(output) {
      // One after the other: all pictures together have a bound.
      work = work.then(() => add(output));
      work.catch(() => {});
    },
    async write(file) {
      try {
        const page = await make();
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, page);
        return undefined;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const remedy = "The run itself is whole. Name another file and run again: what was kept is not computed again.";
        return inputProblem("unwritten", `The report ${file} could not be written: ${reason}`, remedy);
      }
    },
  };
}
