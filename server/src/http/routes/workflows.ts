import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { PackedJson } from "../../files/packed-json.ts";
import type { Page, WorkflowSummary } from "../../wire/wire.ts";
import type { WorkflowStore } from "../../workflows/workflow-store.ts";
import { noteMade } from "../audit/audit.ts";
import { historyReply, savedRevision, savedWorkflow, workflowPage } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  count,
  createWorkflow,
  restoreWorkflow,
  revisionNumber,
  updateWorkflow,
  workflowCursor,
  workflowId,
} from "../schemas.ts";

const one = z.strictObject({ id: workflowId });

/** `workflows` keeps what people save. */
export const workflowRoutes = ({ workflows }: { readonly workflows: WorkflowStore }): Route[] => [
  defineRoute({
    method: "post",
    path: "/workflows",
    summary: "Save a workflow.",
    body: createWorkflow,
    aside: true,
    status: 201,
    reply: savedWorkflow,
    rate: "write",
    handle({ body: { id = randomUUID(), title, document, reason }, response }) {
      noteMade(response, { workflow: id });
      return workflows.create(title, document as PackedJson | undefined, { id, reason });
    },
  }),
  defineRoute({
    method: "get",
    path: "/workflows",
    summary: "List the saved workflows, or those whose title has the words, last changed first.",
    query: z.strictObject({
      before: workflowCursor.optional(),
      limit: count(100).default(50),
      title: z.string().max(200).optional(),
    }),
    reply: workflowPage,
    rate: "read",
    handle({ query }): Page<WorkflowSummary> {
      const { workflows: items, next } = workflows.list(query.before, query.limit, query.title);
      return { items, ...(next === undefined ? {} : { next }) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/workflows/:id",
    summary: "Read a saved workflow.",
    params: one,
    reply: savedWorkflow,
    rate: "read",
    handle: ({ params }) => workflows.read(params.id),
  }),
  defineRoute({
    method: "put",
    path: "/workflows/:id",
    summary: "Save a change of the named revision; 409 if that is not the newest.",
    params: one,
    body: updateWorkflow,
    aside: true,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ params, body: { revision, title, document, reason } }) =>
      workflows.update(params.id, revision, title, document as PackedJson | undefined, reason),
  }),
  defineRoute({
    method: "delete",
    path: "/workflows/:id",
    summary: "Delete a saved workflow with its history; for 30 days it can be brought back.",
    params: one,
    status: 204,
    rate: "write",
    handle: ({ params }) => workflows.remove(params.id),
  }),
  defineRoute({
    method: "post",
    path: "/workflows/:id/recover",
    summary: "Bring back a deleted workflow with its history.",
    params: one,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ params }) => workflows.recover(params.id),
  }),
  defineRoute({
    method: "get",
    path: "/workflows/:id/revisions/:revision",
    summary: "Read a revision of a workflow.",
    params: z.strictObject({ id: workflowId, revision: revisionNumber }),
    reply: savedRevision,
    rate: "read",
    handle: ({ params }) => workflows.readRevision(params.id, params.revision),
  }),
  defineRoute({
    method: "get",
    path: "/workflows/:id/history",
    summary: "List the revisions of a workflow, newest first.",
    params: one,
    reply: historyReply,
    rate: "read",
    handle: ({ params }) => ({ items: workflows.history(params.id) }),
  }),
  defineRoute({
    method: "post",
    path: "/workflows/:id/restore",
    summary: "Restore an old revision, as a new one.",
    params: one,
    body: restoreWorkflow,
    reply: savedWorkflow,
    rate: "write",
    handle: ({ params, body }) => workflows.restore(params.id, body.revision, body.from),
  }),
];
