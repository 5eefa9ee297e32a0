import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expandPlan, explainPlan, type RunEvent } from "@clipwork/engine";
import type { PreparedRun } from "../documents/prepare-run.ts";
import { renderReport } from "../report/render-report.ts";
import { type CarriedRecord, carriedRecord, makeReport, type ReportOutput } from "../report/report.ts";
import { ReportPictures } from "../report/report-pictures.ts";
import { RunLog } from "../report/run-log.ts";
import { diskStore } from "../values/disk-store.ts";
import type { RememberedKeys } from "../values/remembered-keys.ts";
import type { OutputFiles } from "../worker/worker-protocol.ts";

/** Gathers what the report of a run says while it runs. */
export type Reporter = {
  hear(event: RunEvent): void;
  take(output: OutputFiles): void;
  /** Writes the report to a file, in place of one that was there. */
  write(file: string): Promise<void>;
};

/** To be called before the run: why nodes run is explained by what is kept until then. */
export async function startReport(
  prepared: PreparedRun,
  values: string,
  remembered: Pick<RememberedKeys, "read">,
): Promise<Reporter> {
  const { document, plan } = prepared;
  const kept = diskStore(values).observed;
  const explained = await explainPlan(await expandPlan(plan, kept), kept, await remembered.read());
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
      name: items > 1 ? `${name}-${item}` : name,
      files: files.map(({ ending, bytes }) => ({ ending, bytes: bytes.length })),
      picture,
    });
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
      await work;
      const report = makeReport({
        run: log?.view.run ?? randomUUID(),
        log: log ?? new RunLog(""),
        workflow: document.json,
        outputs,
        carried,
        titleOf: (type) => plan.nodes.find(({ definition }) => definition.type === type)?.definition.title,
        reasons: new Map(explained.map(({ node, reasons }) => [node, reasons])),
      });
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, renderReport(report));
    },
  };
}
