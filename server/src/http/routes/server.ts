import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { readAudit } from "../../access/audit.ts";
import type { Quotas } from "../../access/quotas.ts";
import { includes, scopes } from "../../access/scopes.ts";
import type { Who } from "../../access/who.ts";
import { versions } from "../../data-folder/versions.ts";
import type { AccessReply, AuditReply, Called, HealthReply, VersionReply, WorkersReply } from "../../wire/wire.ts";
import type { Metrics } from "../metrics.ts";
import { accessReply, auditReply, healthReply, versionReply, workersReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";
import { count } from "../schemas.ts";

/** `health` says whether runs can be carried out. */
export const serverRoutes = ({
  health,
  workers,
  metrics,
  who,
  quotas,
  data,
  called,
}: {
  readonly health: () => HealthReply;
  /** Who carries out runs. */
  readonly workers: () => Promise<WorkersReply["workers"]>;
  readonly metrics: Pick<Metrics, "registry">;
  /** Who asks. */
  readonly who: (request: IncomingMessage) => Who | undefined;
  readonly quotas: Pick<Quotas, "used">;
  /** The data folder, which has the audit log. */
  readonly data: string;
  readonly called: Called;
}): Route[] => [
  defineRoute({
    method: "get",
    path: "/version",
    summary: "Versions of the server and of what it runs on, and how its command line is called.",
    reply: versionReply,
    rate: "read",
    handle(): VersionReply {
      const all = versions();
      return { version: all.clipwork!, versions: all, called };
    },
  }),
  defineRoute({
    method: "get",
    path: "/health",
    summary: "Whether runs can be carried out.",
    reply: healthReply,
    rate: "read",
    handle: health,
  }),
  defineRoute({
    method: "get",
    path: "/workers",
    summary:
      "Who carries out runs: each worker with what it has and does, and those that went without a word in the last hour.",
    reply: workersReply,
    rate: "read",
    handle: async (): Promise<WorkersReply> => ({ workers: await workers() }),
  }),
  defineRoute({
    method: "get",
    path: "/access",
    summary:
      "Who asks, by the token if the server asks for one, and what that may do: view, run, edit or administer, each with those before it.",
    reply: accessReply,
    rate: "read",
    async handle({ request }): Promise<AccessReply> {
      const asks = who(request)!;
      const { name, scope, limits, token } = asks;
      const counted = limits.runsPerHour !== undefined || limits.queued !== undefined;
      const used = counted && { used: await quotas.used(asks) };
      return { name, scope, token: token !== "", may: scopes.filter((one) => includes(scope, one)), limits, ...used };
    },
  }),
  defineRoute({
    method: "get",
    path: "/audit",
    summary:
      "Read who changed what and who was refused, newest first: routes, ids and addresses, nothing of what was sent.",
    query: z.strictObject({
      token: z.string().max(40).optional(),
      before: z.iso.datetime().optional(),
      limit: count(1000).default(100),
    }),
    reply: auditReply,
    rate: "costly",
    handle: ({ query }): Promise<AuditReply> => readAudit(data, query),
  }),
  defineRoute({
    method: "get",
    path: "/metrics",
    summary: "What the server counts, for Prometheus.",
    media: "text/plain",
    rate: "read",
    async handle({ response }) {
      response.setHeader("Content-Type", metrics.registry.contentType);
      response.send(await metrics.registry.metrics());
    },
  }),
];
