import type { IncomingMessage } from "node:http";
import type { Who } from "../../access/who.ts";
import { versions } from "../../data-folder/versions.ts";
import type { AccessReply, HealthReply, VersionReply } from "../../wire/wire.ts";
import type { Metrics } from "../metrics.ts";
import { accessReply, healthReply, versionReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";

/** `health` says whether runs can be carried out. */
export const serverRoutes = ({
  health,
  metrics,
  who,
}: {
  readonly health: () => HealthReply;
  readonly metrics: Pick<Metrics, "registry">;
  /** Who asks. */
  readonly who: (request: IncomingMessage) => Who | undefined;
}): Route[] => [
  defineRoute({
    method: "get",
    path: "/version",
    summary: "Versions of the server and of what it runs on.",
    reply: versionReply,
    rate: "read",
    handle(): VersionReply {
      const all = versions();
      return { version: all.clipwork!, versions: all };
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
    path: "/access",
    summary:
      "Who asks, by the token if the server asks for one, and what that may do: view, run, edit or administer, each with those before it.",
    reply: accessReply,
    rate: "read",
    handle({ request }): AccessReply {
      const { name, scope, token } = who(request)!;
      return { name, scope, token: token !== "" };
    },
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
