import { buffer } from "node:stream/consumers";
import { z } from "zod";
import type { ArtifactStore } from "../../artifacts/port.ts";
import { kindBytes, kindOfBytes } from "../../files/picture-kind.ts";
import { HttpProblem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import { hash } from "../schemas.ts";
import { sendArtifact } from "../send-artifact.ts";

/** `artifacts` are those that may be seen. */
export const artifactRoutes = ({ artifacts }: { readonly artifacts: Pick<ArtifactStore, "open"> }): Route[] => [
  defineRoute({
    method: "get",
    path: "/artifacts/:hash",
    summary: "The bytes of a picture. They never change; parts may be asked for with Range.",
    params: z.strictObject({ hash }),
    media: "image/*",
    rate: "read",
    async handle({ params, request, response }) {
      const artifact = await artifacts.open(params.hash);
      const type = artifact && kindOfBytes(await buffer(artifact.read(0, kindBytes - 1)));
      if (!artifact || !type) {
        const detail = `There is no picture with the hash ${params.hash}.`;
        throw new HttpProblem(404, detail, "It may have gone with the run that it was of.");
      }
      // Opened by itself a picture is shown as one and can do nothing else, whatever stands in its bytes.
      response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
      response.setHeader("Content-Disposition", `inline; filename="${params.hash}.${type.split("/")[1]}"`);
      await sendArtifact(request, response, { artifact, hash: params.hash, type });
    },
  }),
];
