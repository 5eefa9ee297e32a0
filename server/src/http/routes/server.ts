import { versions } from "../../data-folder/versions.ts";
import type { HealthReply, VersionReply } from "../../wire/wire.ts";
import { healthReply, versionReply } from "../replies.ts";
import { defineRoute } from "../route.ts";

export const serverRoutes = [
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
    handle: ({ host }): HealthReply => ({ status: host.status, provider: host.setup.device.provider }),
  }),
  defineRoute({
    method: "get",
    path: "/metrics",
    summary: "What the server counts, for Prometheus.",
    media: "text/plain",
    rate: "read",
    async handle({ metrics, response }) {
      response.setHeader("Content-Type", metrics.registry.contentType);
      response.send(await metrics.registry.metrics());
    },
  }),
];
