import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { ArtifactStore } from "../../artifacts/port.ts";
import type { Checker } from "../../checker/checker.ts";
import { recordEnding } from "../../documents/carried-run.ts";
import { safeFileName } from "../../files/file-name.ts";
import type { EventLog } from "../../queue/port.ts";
import type { Runs } from "../../queue/runs.ts";
import { renderReport } from "../../report/render-report.ts";
import { type CarriedRecord, carriedRecord, makeReport, type ReportOutput } from "../../report/report.ts";
import { ReportPictures } from "../../report/report-pictures.ts";
import { readRunLog } from "../../report/run-log.ts";
import type { Hash, OutputFile, RunDetail } from "../../wire/wire.ts";
import { setFileHeaders } from "../file-headers.ts";
import { defineRoute, type Route } from "../route.ts";
import { runId } from "../schemas.ts";
import { maxEventsAtOnce } from "./runs.ts";

type Parts = {
  readonly runs: Pick<Runs, "record" | "detail">;
  readonly events: Pick<EventLog, "read">;
  readonly artifacts: Pick<ArtifactStore, "open">;
  /** Knows the titles of the node types. */
  readonly checker: Pick<Checker, "nodes">;
};

/** The report of a run, as a file to keep or to send. */
export const reportRoutes = ({ runs, events, artifacts, checker }: Parts): Route[] => [
  defineRoute({
    method: "get",
    path: "/runs/:id/report",
    summary:
      "A run as one HTML file: its pictures, parameters, timings, what was computed and why, versions and fingerprints.",
    params: z.strictObject({ id: runId }),
    media: "text/html",
    rate: "costly",
    async handle({ params: { id }, response }) {
      const detail: RunDetail = JSON.parse(Buffer.concat([...(await runs.detail(id)).parts]).toString());
      const { fresh } = await runs.record(id);
      const log = await readRunLog(id, detail.seq, (after) => events.read(id, after, maxEventsAtOnce));
      const titles = new Map(checker.nodes.map(({ type, title }) => [type, title]));
      const { outputs, carried } = await read(detail, artifacts);
      const titleOf = (type: string) => titles.get(type);
      const report = makeReport({ run: id, log, workflow: detail.document, outputs, carried, titleOf, fresh });
      const title = safeFileName(detail.title, "run");
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.setHeader("Cache-Control", "no-store");
      setFileHeaders(response, "text/html", `${title} report.html`);
      response.send(renderReport(report));
    },
  }),
];

async function read({ outputs: all }: RunDetail, artifacts: Parts["artifacts"]) {
  const pictures = new ReportPictures();
  const outputs: ReportOutput[] = [];
  const carried: CarriedRecord[] = [];
  for (const { node, item, name, files, picture } of all) {
    const shown = picture === undefined ? undefined : await bytesOf(artifacts, picture);
    const record = await recordOf(files, shown, artifacts);
    if (record) carried.push(record);
    outputs.push({
      node,
      item,
      name,
      files: files.map(({ ending, bytes }) => ({ ending, bytes })),
      picture: shown && (await pictures.take(shown)),
    });
  }
  return { outputs, carried };
}

async function recordOf(
  files: readonly OutputFile[],
  picture: Uint8Array | undefined,
  artifacts: Parts["artifacts"],
): Promise<CarriedRecord | undefined> {
  const file = files.find(({ ending }) => ending === recordEnding);
  const bytes = file ? await bytesOf(artifacts, file.hash) : picture;
  return bytes && carriedRecord({ ending: file?.ending ?? "", bytes });
}

async function bytesOf(artifacts: Parts["artifacts"], hash: Hash): Promise<Uint8Array | undefined> {
  await using artifact = await artifacts.open(hash);
  return artifact && (await buffer(artifact.read()));
}
