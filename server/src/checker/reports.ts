import { buffer } from "node:stream/consumers";
import { utf8 } from "@clipwork/engine";
import type { ArtifactFiles } from "../artifacts/artifact-files.ts";
import { recordEnding } from "../documents/carried-run.ts";
import { renderReport } from "../report/render-report.ts";
import { type CarriedRecord, carriedRecord, makeReport, type ReportOutput } from "../report/report.ts";
import { ReportPictures } from "../report/report-pictures.ts";
import { RunLog } from "../report/run-log.ts";
import type { Hash, OutputFile, RunDetail } from "../wire/wire.ts";
import type { LogBatch, ReportRequest } from "./checker-protocol.ts";

type Parts = {
  readonly artifacts: Pick<ArtifactFiles, "open">;
  /** The title of a node's type. */
  readonly titleOf: (type: string) => string | undefined;
};

/** Makes the reports of runs, whose logs come before in batches. */
export class Reports {
  readonly #parts: Parts;
  /** By the name of the report that they are for. */
  readonly #logs = new Map<string, RunLog>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes the next events of a log. */
  read({ report, run, events }: LogBatch): undefined {
    const log = this.#logs.get(report) ?? new RunLog(run);
    this.#logs.set(report, log);
    for (const event of JSON.parse(new TextDecoder().decode(events))) log.add(event);
  }

  /** The report as HTML in UTF-8. Throws if its log never came. */
  async make({ report, detail: json, fresh }: ReportRequest): Promise<Uint8Array> {
    const log = this.#logs.get(report);
    if (!log) throw new Error(`The log of the report ${report} did not come.`);
    this.#logs.delete(report);
    const detail: RunDetail = JSON.parse(new TextDecoder().decode(json));
    const { outputs, carried } = await this.#outputs(detail);
    const { titleOf } = this.#parts;
    const { id: run, document: workflow } = detail;
    return utf8(renderReport(makeReport({ run, log, workflow, outputs, carried, titleOf, fresh })));
  }

  /** Forgets logs whose reports nobody asked for. */
  forget(): void {
    this.#logs.clear();
  }

  async #outputs({ outputs: all }: RunDetail) {
    const pictures = new ReportPictures();
    const outputs: ReportOutput[] = [];
    const carried: CarriedRecord[] = [];
    for (const { node, item, name, files, picture } of all) {
      const shown = picture === undefined ? undefined : await this.#bytes(picture);
      const record = await this.#record(files, shown);
      if (record) carried.push(record);
      outputs.push({
        ...{ node, item, name },
        files: files.map(({ ending, bytes }) => ({ ending, bytes })),
        picture: shown && (await pictures.take(shown)),
      });
    }
    return { outputs, carried };
  }

  async #record(files: readonly OutputFile[], picture: Uint8Array | undefined): Promise<CarriedRecord | undefined> {
    const file = files.find(({ ending }) => ending === recordEnding);
    const bytes = file ? await this.#bytes(file.hash) : picture;
    return bytes && carriedRecord({ ending: file?.ending ?? "", bytes });
  }

  async #bytes(hash: Hash): Promise<Uint8Array | undefined> {
    await using artifact = await this.#parts.artifacts.open(hash);
    return artifact && (await buffer(artifact.read()));
  }
}
