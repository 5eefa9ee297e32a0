import { versions } from "../../host/versions.ts";
import { defineRoute } from "../route.ts";
import type { HealthReply, VersionReply } from "../wire.ts";

export const serverRoutes = [
  defineRoute({
    method: "get",
    path: "/version",
    summary: "Versions of the server and of what it runs on.",
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
    rate: "read",
    handle: ({ host }): HealthReply => ({
      status: host.worker.pid === undefined ? "starting" : "ok",
      provider: host.setup.device.provider,
    }),
  }),
];
