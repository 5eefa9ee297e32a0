import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { ArtifactStore } from "../../artifacts/port.ts";
import { kindBytes, kindOfBytes } from "../../files/picture-kind.ts";
import type { Runs } from "../../queue/runs.ts";
import { setFileHeaders } from "../file-headers.ts";
import { HttpProblem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import { hash, runId } from "../schemas.ts";
import { sendArtifact } from "../send-artifact.ts";

/** `artifacts` are those that may be seen, `runs` say which of them are whose files. */
export const artifactRoutes = ({
  artifacts,
  runs,
}: {
  readonly artifacts: Pick<ArtifactStore, "open">;
  readonly runs: Pick<Runs, "record">;
}): Route[] => [
  defineRoute({
    method: "get",
    path: "/artifacts/:hash",
    summary: "The bytes of a picture, or of what a view names. They never change; parts may be asked for with Range.",
    params: z.strictObject({ hash }),
    media: "image/*",
    rate: "read",
    async handle({ params: { hash }, request, response }) {
      await using artifact = await artifacts.open(hash);
      if (!artifact) throw gone(hash);
      const picture = kindOfBytes(await buffer(artifact.read(0, kindBytes - 1)));
      // What is no picture is bytes, whatever they look like.
      const type = picture ?? "application/octet-stream";
      setFileHeaders(response, type, picture && `${hash}.${picture.split("/")[1]}`);
      await sendArtifact(request, response, { artifact, hash, type });
    },
  }),
  defineRoute({
    method: "get",
    path: "/runs/:id/files/:hash",
    summary: "A file that an output of a run kept, under its name and with its media type.",
    params: z.strictObject({ id: runId, hash }),
    media: "*/*",
    rate: "read",
    async handle({ params: { id, hash }, request, response }) {
      const { outputs } = await runs.record(id);
      const [file] = outputs.flatMap(({ name, files }) =>
        files.flatMap((one) => (one.hash === hash ? [{ name: name + one.ending, type: one.media }] : [])),
      );
      if (!file) throw new HttpProblem(404, `The run has no file with the hash ${hash}.`, "See its outputs.");
      await using artifact = await artifacts.open(hash);
      if (!artifact) throw gone(hash);
      setFileHeaders(response, file.type, file.name);
      await sendArtifact(request, response, { artifact, hash, type: file.type });
    },
  }),
];

function gone(hash: string): HttpProblem {
  return new HttpProblem(
    404,
    `There is no artifact with the hash ${hash}.`,
    "It may have gone with the run that it was of.",
  );
}
