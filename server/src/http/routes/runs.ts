import { z } from "zod";
import type { JsonText } from "../../files/json-text.ts";
import type { Submission } from "../../queue/run-host.ts";
import type { EventsReply, Page, RunSummary } from "../../wire/wire.ts";
import { HttpProblem } from "../problem.ts";
import { eventsReply, forecastReply, runDetail, runPage } from "../replies.ts";
import { defineRoute } from "../route.ts";
import { count, movedRun, runId, runState, submitRun, workflowId } from "../schemas.ts";

const one = z.strictObject({ id: runId });
/** Events in one reply. */
export const maxEventsAtOnce = 2000;

function asked(body: z.infer<typeof submitRun>): Submission {
  if (body.document === undefined && body.workflow === undefined)
    throw new HttpProblem(400, "A run needs a document or a workflow.", 'Send "document" or "workflow".');
  return { ...body, document: body.document as string | undefined };
}

export const runRoutes = [
  defineRoute({
    method: "post",
    path: "/runs",
    summary:
      "Put a workflow in the queue: a document, or a saved one by its id. With both the document is run, as a run of that workflow.",
    body: submitRun,
    aside: true,
    status: 201,
    reply: runDetail,
    rate: "costly",
    handle: ({ body, host }) => host.submit(asked(body)),
  }),
  defineRoute({
    method: "post",
    path: "/forecast",
    summary: "Tell what a run would do if it began now: which nodes it would run, and how long it may take.",
    body: submitRun,
    aside: true,
    reply: forecastReply,
    rate: "write",
    handle: ({ body, host }): Promise<JsonText> => host.foresee(asked(body)),
  }),
  defineRoute({
    method: "get",
    path: "/runs",
    summary: "List runs, newest first.",
    query: z.strictObject({
      state: runState.optional(),
      workflow: workflowId.optional(),
      before: count(Number.MAX_SAFE_INTEGER).optional(),
      limit: count(100).default(50),
    }),
    reply: runPage,
    rate: "read",
    handle({ query, host }): Page<RunSummary> {
      const { runs, next } = host.list(query);
      return { items: runs, ...(next === undefined ? {} : { next: String(next) }) };
    },
  }),
  defineRoute({
    method: "get",
    path: "/runs/:id",
    summary: "Read a run.",
    params: one,
    reply: runDetail,
    rate: "read",
    handle: ({ params, host }) => host.detail(params.id),
  }),
  defineRoute({
    method: "get",
    path: "/runs/:id/events",
    summary: `Read the log of a run after an event, at most ${maxEventsAtOnce} at once.`,
    params: one,
    query: z.strictObject({ after: count(Number.MAX_SAFE_INTEGER).default(0) }),
    reply: eventsReply,
    rate: "read",
    handle({ params, query, host }): EventsReply {
      const { seq } = host.record(params.id);
      return { events: host.store.events(params.id, query.after, maxEventsAtOnce), seq };
    },
  }),
  defineRoute({
    method: "post",
    path: "/runs/:id/cancel",
    summary: "Cancel a run: at its next step, or at once when asked again.",
    params: one,
    reply: runDetail,
    rate: "write",
    handle: ({ params, host }) => host.cancel(params.id),
  }),
  defineRoute({
    method: "post",
    path: "/runs/:id/retry",
    summary: "Run the same again, as a run of its own.",
    params: one,
    status: 201,
    reply: runDetail,
    rate: "costly",
    handle: ({ params, host }) => host.retry(params.id),
  }),
  defineRoute({
    method: "patch",
    path: "/runs/:id",
    summary: "Give a waiting run another place in the queue.",
    params: one,
    body: movedRun,
    reply: runDetail,
    rate: "write",
    handle: ({ params, body, host }) => host.move(params.id, body.position),
  }),
  defineRoute({
    method: "delete",
    path: "/runs/:id",
    summary: "Delete a run that is not running, with the pictures that nothing else uses.",
    params: one,
    status: 204,
    rate: "write",
    handle: ({ params, host }) => host.remove(params.id),
  }),
];
