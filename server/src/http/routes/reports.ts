import { z } from "zod";
import type { Checker } from "../../checker/checker.ts";
import { safeFileName } from "../../files/file-name.ts";
import type { EventLog } from "../../queue/port.ts";
import type { Runs } from "../../queue/runs.ts";
import { setFileHeaders } from "../file-headers.ts";
import { defineRoute, type Route } from "../route.ts";
import { runId } from "../schemas.ts";
import { logBatches } from "./log-batches.ts";

type Parts = {
  readonly runs: Pick<Runs, "record" | "detail">;
  readonly events: Pick<EventLog, "subscribe">;
  readonly checker: Pick<Checker, "report">;
};

/** The report of a run, as a file to keep or to send. It is made beside this thread, however long its run was. */
export const reportRoutes = ({ runs, events, checker }: Parts): Route[] => [
  defineRoute({
    method: "get",
    path: "/runs/:id/report",
    summary:
      "A run as one HTML file: its pictures, parameters, timings, what was computed and why, versions and fingerprints.",
    params: z.strictObject({ id: runId }),
    media: "text/html",
    rate: "costly",
    async handle({ params: { id }, response }) {
      const { title, fresh, seq } = await runs.record(id);
      const { parts } = await runs.detail(id);
      const page = await checker.report({ run: id, fresh, detail: [...parts], log: logBatches(events, id, seq) });
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.setHeader("Cache-Control", "no-store");
      setFileHeaders(response, "text/html", `${safeFileName(title, "run")} report.html`);
      response.send(Buffer.from(page.buffer, page.byteOffset, page.byteLength));
    },
  }),
];
