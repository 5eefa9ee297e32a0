import { z } from "zod";
import type { Models } from "../../model-jobs/models.ts";
import { noteMade } from "../audit/audit.ts";
import { defineRoute, type Route } from "../route.ts";
import { addModel, hash, packName, runId } from "../schemas.ts";
import { jobReply, jobsReply, modelsReply } from "./model-replies.ts";

const job = z.strictObject({ id: runId });
const pack = z.strictObject({ name: packName });

/** `models` knows what is installed, and does what is asked about it. */
export const modelRoutes = ({ models }: { readonly models: Models }): Route[] => [
  defineRoute({
    method: "get",
    path: "/models",
    summary: "List the installed model packs with what they hold, downloads that are not whole, and jobs.",
    reply: modelsReply,
    rate: "read",
    handle: () => models.list(),
  }),
  defineRoute({
    method: "get",
    path: "/models/jobs",
    summary: "List what is being done about model packs, newest first.",
    reply: jobsReply,
    rate: "read",
    handle: () => ({ jobs: models.jobs.list() }),
  }),
  defineRoute({
    method: "post",
    path: "/models/jobs",
    summary:
      "Add a published checkpoint of the hub. Weights come once the licence is accepted; what an earlier try left is gone on with.",
    body: addModel,
    status: 201,
    reply: jobReply,
    rate: "costly",
    async handle({ body, response }) {
      const job = await models.jobs.add(body);
      noteMade(response, { job: job.id });
      return job;
    },
  }),
  defineRoute({
    method: "post",
    path: "/models/jobs/:id/accept",
    summary: "Accept the licence that a job asks about.",
    params: job,
    reply: jobReply,
    rate: "write",
    handle: ({ params }) => models.jobs.accept(params.id),
  }),
  defineRoute({
    method: "post",
    path: "/models/jobs/:id/cancel",
    summary: "Cancel a job; what came of a download is kept.",
    params: job,
    reply: jobReply,
    rate: "write",
    handle: ({ params }) => models.jobs.cancel(params.id),
  }),
  defineRoute({
    method: "delete",
    path: "/models/jobs/:id",
    summary: "Take an ended job off the list.",
    params: job,
    status: 204,
    rate: "write",
    handle: ({ params }) => models.jobs.forget(params.id),
  }),
  defineRoute({
    method: "delete",
    path: "/models/downloads/:hash",
    summary: "Remove what came of a download that is not whole.",
    params: z.strictObject({ hash }),
    status: 204,
    rate: "write",
    handle: ({ params }) => models.discard(params.hash),
  }),
  defineRoute({
    method: "post",
    path: "/packs/:name/verify",
    summary: "Read every file of a model pack anew, and run each of its networks once: a job.",
    params: pack,
    status: 201,
    reply: jobReply,
    rate: "costly",
    handle: ({ params }) => models.verify(params.name),
  }),
  defineRoute({
    method: "delete",
    path: "/packs/:name",
    summary: "Remove a model pack from the data folder; one whose weights are nowhere else with force=true.",
    params: pack,
    query: z.strictObject({ force: z.enum(["true", "false"]).default("false") }),
    status: 204,
    rate: "write",
    handle: ({ params, query }) => models.remove(params.name, query.force === "true"),
  }),
];
