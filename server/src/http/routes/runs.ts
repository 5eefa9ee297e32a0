import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Response } from "express";
import { z } from "zod";
import type { Quotas } from "../../access/quotas.ts";
import { ownerOf, type Who } from "../../access/who.ts";
import type { ArtifactStore } from "../../artifacts/port.ts";
import { Refusal } from "../../artifacts/refusal.ts";
import type { JsonBytes } from "../../files/json-bytes.ts";
import type { PackedJson } from "../../files/packed-json.ts";
import { compareItems } from "../../outputs/compare-outputs.ts";
import type { EventLog } from "../../queue/port.ts";
import type { Runs, Submission } from "../../queue/runs.ts";
import type { CompareReply, EventsReply, Hash, ItemOfRun, Page, QueueReply, RunSummary } from "../../wire/wire.ts";
import { noteMade } from "../audit/audit.ts";
import { HttpProblem } from "../problem.ts";
import { compareReply, countReply, eventsReply, forecastReply, queueReply, runDetail, runPage } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  changedQueue,
  compareItems as comparedItems,
  count,
  listedState,
  movedRun,
  runId,
  submitRun,
  workflowId,
} from "../schemas.ts";

const one = z.strictObject({ id: runId });
/** Events in one reply. */
export const maxEventsAtOnce = 2000;

function asked(body: z.infer<typeof submitRun>): Submission {
  if (body.document === undefined && body.workflow === undefined)
    throw new HttpProblem(400, "A run needs a document or a workflow.", 'Send "document" or "workflow".');
  const { cancelIfGone: _, ...rest } = body;
  return { ...rest, document: body.document as PackedJson | undefined };
}

/** Does that once the connection has ended before the answer has left. */
function ifGone(response: Response, act: () => void): void {
  const look = () => {
    if (!response.writableFinished) act();
  };
  if (response.destroyed) look();
  else response.once("close", look);
}

/** Has a run submitted under a new id, if whoever asks may submit one more. */
function submitter({
  quotas,
  who,
}: {
  readonly quotas: Quotas;
  readonly who: (request: IncomingMessage) => Who | undefined;
}) {
  return async (
    { request, response }: { readonly request: IncomingMessage; readonly response: Response },
    submit: (id: string, owner: string | undefined) => Promise<JsonBytes>,
  ): Promise<JsonBytes> => {
    const run = randomUUID();
    const asks = who(request)!;
    const outcome = await quotas.within(asks, run, () => submit(run, ownerOf(asks)));
    if ("over" in outcome) {
      const { detail, remedy, retryAfter } = outcome.over;
      throw new HttpProblem(429, detail, remedy, undefined, retryAfter);
    }
    noteMade(response, { run });
    return outcome.done;
  };
}

/** `runs` does what is asked, `events` are their logs, `artifacts` has what their outputs kept. */
export const runRoutes = ({
  runs,
  events,
  artifacts,
  onFault,
  ...access
}: {
  readonly runs: Runs;
  readonly quotas: Quotas;
  /** Who asks. */
  readonly who: (request: IncomingMessage) => Who | undefined;
  readonly artifacts: Pick<ArtifactStore, "open">;
  readonly events: Pick<EventLog, "read">;
  readonly onFault: (error: unknown) => void;
}): Route[] => {
  const submitOne = submitter(access);
  /** One that has ended by then is left as it is. */
  const unlessRefused = (error: unknown) => error instanceof Refusal || onFault(error);
  return [
    defineRoute({
      method: "post",
      path: "/runs",
      summary:
        "Put a workflow in the queue: a document, or a saved one by its id. With both, the document is run as a run of that workflow.",
      body: submitRun,
      aside: true,
      status: 201,
      reply: runDetail,
      rate: "costly",
      handle: ({ body, ...call }) =>
        submitOne(call, async (id, owner) => {
          const reply = await runs.submit({ ...asked(body), owner }, id);
          if (body.cancelIfGone) ifGone(call.response, () => void runs.cancel(id).catch(unlessRefused));
          return reply;
        }),
    }),
    defineRoute({
      method: "post",
      path: "/forecast",
      summary: "Forecast what a run would do if it began now: which nodes it would run, and how long it may take.",
      body: submitRun,
      aside: true,
      reply: forecastReply,
      onlyAsks: true,
      rate: "write",
      handle: ({ body }): Promise<JsonBytes> => runs.foresee(asked(body)),
    }),
    defineRoute({
      method: "get",
      path: "/runs",
      summary: "List runs, newest first.",
      query: z.strictObject({
        state: listedState.optional(),
        workflow: workflowId.optional(),
        before: count(Number.MAX_SAFE_INTEGER).optional(),
        limit: count(100).default(50),
      }),
      reply: runPage,
      rate: "read",
      async handle({ query }): Promise<Page<RunSummary>> {
        const { runs: items, next } = await runs.list(query);
        return { items, ...(next === undefined ? {} : { next: String(next) }) };
      },
    }),
    defineRoute({
      method: "post",
      path: "/runs/compare",
      summary: "Compare what two items of runs were made from: which nodes gave other values, sources first.",
      body: comparedItems,
      reply: compareReply,
      onlyAsks: true,
      rate: "read",
      async handle({ body: { before, now } }): Promise<CompareReply> {
        const read = async (hash: Hash) => {
          await using artifact = await artifacts.open(hash);
          return artifact && (await buffer(artifact.read()));
        };
        const filesOf = async (item: ItemOfRun) => ({ ...item, outputs: (await runs.record(item.run)).outputs, read });
        const values = await compareItems(await filesOf(before), await filesOf(now));
        return values ? { values } : {};
      },
    }),
    defineRoute({
      method: "get",
      path: "/runs/:id",
      summary: "Read a run.",
      params: one,
      reply: runDetail,
      rate: "read",
      handle: ({ params }) => runs.detail(params.id),
    }),
    defineRoute({
      method: "get",
      path: "/runs/:id/events",
      summary: `Read the log of a run after an event, at most ${maxEventsAtOnce} at once.`,
      params: one,
      query: z.strictObject({ after: count(Number.MAX_SAFE_INTEGER).default(0) }),
      reply: eventsReply,
      rate: "read",
      async handle({ params, query }): Promise<EventsReply> {
        const { seq } = await runs.record(params.id);
        return { events: await events.read(params.id, query.after, maxEventsAtOnce), seq };
      },
    }),
    defineRoute({
      method: "post",
      path: "/runs/:id/cancel",
      summary: "Cancel a run: at its next step, or at once when asked again.",
      params: one,
      reply: runDetail,
      rate: "write",
      handle: ({ params }) => runs.cancel(params.id),
    }),
    defineRoute({
      method: "post",
      path: "/runs/:id/retry",
      summary: "Run the same again, as a run of its own.",
      params: one,
      status: 201,
      reply: runDetail,
      rate: "costly",
      handle: ({ params, ...call }) => submitOne(call, (id, owner) => runs.retry(params.id, id, owner)),
    }),
    defineRoute({
      method: "patch",
      path: "/runs/:id",
      summary: "Move a waiting run to another place in the queue, or give it another priority.",
      params: one,
      body: movedRun,
      reply: runDetail,
      rate: "write",
      handle: ({ params, body }) =>
        "position" in body ? runs.move(params.id, body.position) : runs.prioritize(params.id, body.priority),
    }),
    defineRoute({
      method: "delete",
      path: "/runs/:id",
      summary: "Delete a run that is not running, with the pictures that nothing else uses.",
      params: one,
      status: 204,
      rate: "write",
      handle: ({ params }) => runs.remove(params.id),
    }),
    defineRoute({
      method: "delete",
      path: "/runs",
      summary: "Delete all runs that have ended, with the pictures that nothing else uses.",
      reply: countReply,
      rate: "costly",
      handle: async () => ({ count: await runs.removeEnded() }),
    }),
    defineRoute({
      method: "get",
      path: "/queue",
      summary: "Read the queue: what runs, what waits in its order, and whether it is paused.",
      query: z.strictObject({ limit: count(1000).default(100) }),
      reply: queueReply,
      rate: "read",
      handle: ({ query }): Promise<QueueReply> => runs.queue(query.limit),
    }),
    defineRoute({
      method: "patch",
      path: "/queue",
      summary:
        "Pause the queue, or let it go on: while it is paused no run begins, also after a restart of the server.",
      body: changedQueue,
      reply: queueReply,
      rate: "write",
      handle: ({ body }): Promise<QueueReply> => runs.pause(body.paused),
    }),
    defineRoute({
      method: "post",
      path: "/queue/cancel",
      summary: "Cancel all runs that wait.",
      reply: countReply,
      rate: "write",
      handle: async () => ({ count: await runs.cancelWaiting() }),
    }),
  ];
};
