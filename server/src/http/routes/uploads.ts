import { z } from "zod";
import { maxUpload, tooLarge, type UploadStore } from "../../artifacts/upload-store.ts";
import { pictureTypes } from "../../files/picture-kind.ts";
import { noteMade } from "../audit/audit.ts";
import { HttpProblem } from "../problem.ts";
import { uploadReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";
import { hash } from "../schemas.ts";

/** `uploads` keeps what people send. */
export const uploadRoutes = ({ uploads }: { readonly uploads: Pick<UploadStore, "take" | "remove"> }): Route[] => [
  defineRoute({
    method: "post",
    path: "/uploads",
    summary:
      'Send the bytes of a picture, or of an array as NumPy saves it; documents then name it as "asset:" and its hash.',
    bytes: [...pictureTypes, "application/octet-stream"],
    status: 201,
    reply: uploadReply,
    rate: "costly",
    async handle({ request, response }) {
      if (Number(request.headers["content-length"] ?? 0) > maxUpload)
        throw new HttpProblem(413, tooLarge.message, tooLarge.remedy);
      const kept = await uploads.take(request);
      noteMade(response, { file: kept.asset });
      return kept;
    },
  }),
  defineRoute({
    method: "delete",
    path: "/uploads/:hash",
    summary: "Remove an uploaded file; it stays as long as a run or a workflow names it.",
    params: z.strictObject({ hash }),
    status: 204,
    rate: "write",
    handle: ({ params }) => uploads.remove(params.hash),
  }),
];
