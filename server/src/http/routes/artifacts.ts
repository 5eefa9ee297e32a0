import { z } from "zod";
import type { ArtifactFiles } from "../../artifacts/artifact-files.ts";
import { pictureKind } from "../../files/picture-kind.ts";
import { HttpProblem } from "../problem.ts";
import { defineRoute, type Route } from "../route.ts";
import { hash } from "../schemas.ts";

/** `artifacts` are those that may be seen. */
export const artifactRoutes = ({ artifacts }: { readonly artifacts: Pick<ArtifactFiles, "place"> }): Route[] => [
  defineRoute({
    method: "get",
    path: "/artifacts/:hash",
    summary: "The bytes of a picture. They never change; parts may be asked for with Range.",
    params: z.strictObject({ hash }),
    media: "image/*",
    rate: "read",
    async handle({ params, response }) {
      const type = await pictureKind(artifacts.place(params.hash));
      if (!type) {
        const detail = `There is no picture with the hash ${params.hash}.`;
        throw new HttpProblem(404, detail, "It may have gone with the run that it was of.");
      }
      response.setHeader("ETag", `"${params.hash}"`);
      response.setHeader("Content-Type", type);
      // Opened by itself a picture is shown as one and can do nothing else, whatever stands in its bytes.
      response.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
      response.setHeader("Content-Disposition", `inline; filename="${params.hash}.${type.split("/")[1]}"`);
      const options = {
        immutable: true,
        maxAge: "365d",
        lastModified: false,
        etag: false,
        cacheControl: true,
      } as const;
      await new Promise<void>((resolve, reject) => {
        response.sendFile(artifacts.place(params.hash), { ...options, dotfiles: "allow" }, (error) =>
          error && !response.headersSent ? reject(error) : resolve(),
        );
      });
    },
  }),
];
