import { z } from "zod";
import { maxUpload, tooLarge } from "../../artifacts/upload-store.ts";
import { pictureTypes } from "../../files/picture-kind.ts";
import { HttpProblem } from "../problem.ts";
import { uploadReply } from "../replies.ts";
import { defineRoute } from "../route.ts";
import { hash } from "../schemas.ts";

export const uploadRoutes = [
  defineRoute({
    method: "post",
    path: "/uploads",
    summary: 'Send the bytes of a picture; documents then name it as "asset:" and its hash.',
    bytes: [...pictureTypes, "application/octet-stream"],
    status: 201,
    reply: uploadReply,
    rate: "costly",
    handle({ request, host }) {
      if (Number(request.headers["content-length"] ?? 0) > maxUpload)
        throw new HttpProblem(413, tooLarge.message, tooLarge.remedy);
      return host.uploads.take(request);
    },
  }),
  defineRoute({
    method: "delete",
    path: "/uploads/:hash",
    summary: "Forget an uploaded picture; it stays as long as a run or a workflow names it.",
    params: z.strictObject({ hash }),
    status: 204,
    rate: "write",
    handle: ({ params, host }) => host.removeUpload(params.hash),
  }),
];
