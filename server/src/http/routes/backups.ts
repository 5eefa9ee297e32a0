import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { Backup } from "../../backup/make-backup.ts";
import { HttpProblem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";

/** Has `work` write a backup of the server's data folder. */
export type BackUp = (values: boolean, work: (backup: Backup) => Promise<void>) => Promise<void>;

/** A receiver that takes nothing for so long is gone: it would hold the backup, and pictures that are to be removed. */
const stalledMs = 60_000;

/** `backUp` is called by one request at a time. */
export const backupRoutes = ({
  backUp,
  patience = stalledMs,
}: {
  readonly backUp: BackUp;
  readonly patience?: number;
}): Route[] => {
  let busy = false;
  return [
    defineRoute({
      method: "post",
      path: "/backup",
      summary:
        "A backup of all that the server keeps, as an archive (tar): its database as it is at this moment, pictures, settings, and kept values unless they are left out. X-Backup-Bytes says about how long it is.",
      body: z.strictObject({ values: z.boolean().default(true) }),
      media: "application/x-tar",
      rate: "costly",
      async handle({ body: { values }, response }) {
        if (busy) throw new HttpProblem(409, "A backup is being made already.", "Wait for its end, or cancel it.");
        busy = true;
        try {
          await backUp(values, async ({ bytes, archive }) => {
            response.setHeader("Content-Type", "application/x-tar");
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Backup-Bytes", bytes);
            response.setTimeout(patience, () => response.destroy());
            await send(archive, response);
          });
        } finally {
          busy = false;
        }
      },
    }),
  ];
};

/** Sends as fast as it is taken. A receiver that goes away cancels the backup; one that is cut off sees that its end is missing. */
async function send(archive: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    for await (const piece of archive) {
      if (response.destroyed) return;
      if (!response.write(piece)) await once(response, "drain", { signal: gone.signal });
    }
    response.end();
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    response.destroy();
  }
}
