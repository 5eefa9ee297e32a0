import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { startHub } from "../../server/src/hub/hub.fixture.ts";
import type { ModelJob, ModelsReply } from "../../server/src/wire/wire.ts";
import { folderFor } from "../cli/clipwork.fixture.ts";
import { startServer } from "./server.fixture.ts";

export const id = "someone/small-karlo";
export const templates = join(import.meta.dirname, "..", "fixtures", "templates");

/** A server and a hub on this machine, and what a page does with them. */
export async function startModels(context: TestContext, environment: NodeJS.ProcessEnv = {}) {
  const hub = await startHub(context);
  const data = join(folderFor(context), "data");
  mkdirSync(data);
  writeFileSync(join(data, "config.json"), JSON.stringify({ hubHosts: [hub.filesHost] }));
  const hubEnvironment = {
    HF_ENDPOINT: hub.endpoint,
    HF_TOKEN: "",
    HF_HUB_OFFLINE: "",
    HF_HUB_CACHE: join(data, "none"),
  };
  const env = { ...hubEnvironment, CLIPWORK_TEMPLATES: templates, ...environment };
  const server = await startServer(context, { data, env });
  const models = (): Promise<ModelsReply> => server.json("GET", "/models");
  const begin = (body: object = { source: id }): Promise<ModelJob> => server.json("POST", "/models/jobs", body, 201);
  const act = (job: ModelJob, action: string): Promise<ModelJob> =>
    server.json("POST", `/models/jobs/${job.id}/${action}`);
  /** Asks again until the job is so. */
  const until = async (job: ModelJob, state: (now: ModelJob) => boolean): Promise<ModelJob> => {
    for (;;) {
      const { jobs } = (await server.json("GET", "/models/jobs")) as { jobs: ModelJob[] };
      const now = jobs.find((one) => one.id === job.id)!;
      if (state(now)) return now;
      assert.ok(!["failed", "finished", "cancelled"].includes(now.state), JSON.stringify(now));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const is = (state: ModelJob["state"]) => (now: ModelJob) => now.state === state;
  return { hub, data, server, models, begin, act, until, is };
}
