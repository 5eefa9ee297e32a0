import { z } from "zod";
import type { Page, WorkflowSummary } from "../../wire/wire.ts";
import { historyReply, savedWorkflow, workflowPage } from "../replies.ts";
import { defineRoute } from "../route.ts";
import { count, createWorkflow, restoreWorkflow, updateWorkflow, workflowCursor, workflowId } from "../schemas.ts";

const one = z.strictObject({ id: workflowId });

export const workflowRoutes = [
  defineRoute({
    method: "post",
    path: "/workflows",
    summary: "Save a workflow.",
    body: createWorkflow,
    status: 201,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ body, host }) => host.workflows.create(body.title, body.document),
  }),
  defineRoute({
    method: "get",
    path: "/workflows",
    summary: "List the saved workflows, last changed first.",
    query: z.strictObject({ before: workflowCursor.optional(), limit: count(100).default(50) }),
    reply: workflowPage,
    rate: "read",
    handle({ query, host }): Page<WorkflowSummary> {
      const { workflows, next } = host.workflows.list(query.before, query.limit);
      return { items: workflows, ...(next === undefined ? {} : { next }) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/workflows/:id",
    summary: "Read a saved workflow.",
    params: one,
    reply: savedWorkflow,
    rate: "read",
    handle: ({ params, host }) => host.workflows.read(params.id),
  }),
  defineRoute({
    method: "put",
    path: "/workflows/:id",
    summary: "Save a change of the revision that is named; 409 where that is not the newest.",
    params: one,
    body: updateWorkflow,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ params, body, host }) => host.workflows.update(params.id, body.revision, body.title, body.document),
  }),
  defineRoute({
    method: "delete",
    path: "/workflows/:id",
    summary: "Delete a saved workflow with its history.",
    params: one,
    status: 204,
    rate: "write",
    handle: ({ params, host }) => host.removeWorkflow(params.id),
  }),
  defineRoute({
    method: "get",
    path: "/workflows/:id/history",
    summary: "List the revisions of a workflow, newest first.",
    params: one,
    reply: historyReply,
    rate: "read",
    handle: ({ params, host }) => ({ items: host.workflows.history(params.id) }),
  }),
  defineRoute({
    method: "post",
    path: "/workflows/:id/restore",
    summary: "Make an old revision the newest, as a new one.",
    params: one,
    body: restoreWorkflow,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ params, body, host }) => host.workflows.restore(params.id, body.revision, body.from),
  }),
];
