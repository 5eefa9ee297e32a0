import type { WorkersReply } from "../../wire/wire.ts";
import { workersReply } from "../replies.ts";
import { defineRoute, type Route } from "../route.ts";

/** Who carries out runs. */
export const workerRoutes = ({ workers }: { readonly workers: () => Promise<WorkersReply["workers"]> }): Route[] => [
  defineRoute({
    method: "get",
    path: "/workers",
    summary:
      "Who carries out runs: each worker with what it has and does, and those that went without a word in the last hour.",
    reply: workersReply,
    rate: "read",
    async handle(): Promise<WorkersReply> {
      return { workers: await workers() };
    },
  }),
];
