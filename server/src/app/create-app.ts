import { rmSync } from "node:fs";
import type { IncomingMessage, Server } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Unusable } from "@clipwork/engine";
import { type Access, refusal } from "../access/access.ts";
import { AuditLog } from "../access/audit.ts";
import { addressOf } from "../access/front.ts";
import { Quotas } from "../access/quotas.ts";
import { Sessions } from "../access/sessions.ts";
import { listTokens } from "../access/tokens.ts";
import { TokenUses } from "../access/uses.ts";
import { whoAsks } from "../access/who.ts";
import { fileArtifacts, keepEarlier } from "../artifacts/file-artifacts.ts";
import { UploadStore, uploadOwner } from "../artifacts/upload-store.ts";
import type { Checker } from "../checker/checker.ts";
import { openDataFolder, valuesBudget, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { roomOf, roomTrouble } from "../data-folder/room.ts";
import { sharedSync } from "../files/shared-sync.ts";
import { CurrentRun } from "../forecast/current-run.ts";
import { Forecast } from "../forecast/forecast.ts";
import { Deliveries } from "../hooks/deliveries.ts";
import { Webhooks } from "../hooks/webhooks.ts";
import { buildApp } from "../http/app.ts";
import { startMetrics } from "../http/metrics.ts";
import { apiRoutes } from "../http/routes/index.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { type Live, serveLive } from "../live/live.ts";
import { ModelJobs } from "../model-jobs/model-jobs.ts";
import { Models } from "../model-jobs/models.ts";
import { runOwner } from "../queue/artifacts-of.ts";
import { Dispatcher } from "../queue/dispatcher.ts";
import { Places } from "../queue/places.ts";
import { Runs } from "../queue/runs.ts";
import { SqliteQueue } from "../queue/sqlite/sqlite-queue.ts";
import { diskStore } from "../values/disk-store.ts";
import { Trimmer } from "../values/trimmer.ts";
import type { Hash, HealthReply } from "../wire/wire.ts";
import type { Worker } from "../worker/worker.ts";
import { Templates } from "../workflows/templates.ts";
import { WorkflowStore, workflowOwner } from "../workflows/workflow-store.ts";
import { type Log, logRuns, logWebhooks } from "./log.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** The editor as its build leaves it. */
const ui = join(root, "ui", "dist");
/** The workflows that came with this copy of Clipwork, and a picture of what each makes. */
const templatesFolder = join(root, "workflows");
const templatePictures = join(root, "packs", "toybox", "samples", "templates");

export type App = {
  /** What was done to the data folder when it was opened, in a sentence, if something was damaged. */
  readonly mended: string | undefined;
  /** Answers the requests and web sockets of a server, for clients that have access. */
  answer(server: Server, access: Access): void;
  /** Takes up what the last server left in the data folder, and starts running the waiting runs. */
  open(): Promise<void>;
  /** Lets no further run begin, and resolves when the one in progress has ended. All else goes on. */
  drain(): Promise<void>;
  /** Ends viewers, worker and database. A run in progress is left to the next server. */
  close(): Promise<void>;
};

/**
 * A server without its port: the one place where its parts are chosen and wired, each with no more than it uses. Throws
 * FolderInUse if another server has the data folder.
 */
export function createApp({
  data,
  setup,
  checker,
  worker,
  log,
}: {
  readonly data: string;
  readonly setup: BareSetup;
  readonly checker: Checker;
  readonly worker: Worker;
  readonly log: Log;
}): App {
  const onFault = (error: unknown) => log.error(error);
  const folders = { values: valuesFolder(data), artifacts: join(data, "artifacts"), uploads: join(data, "uploads") };

  const database = new Database(data, (sql) => keepEarlier(sql, folders.artifacts));
  const values = diskStore(folders.values);
  const artifacts = fileArtifacts({ database, folder: folders.artifacts, onFault });
  /** Files that the log names, and that may not be on the disk yet. */
  let named: Hash[] = [];
  const settle = sharedSync(async () => {
    const files = named;
    named = [];
    try {
      await artifacts.sync(files);
    } catch (error) {
      named = [...files, ...named];
      throw error;
    }
    await database.sync();
  });
  const queue = new SqliteQueue(database);
  const workflows = new WorkflowStore(database, artifacts, checker);
  const uploads = new UploadStore({ folder: folders.uploads, database, artifacts });
  const templates = new Templates(templatesFolder, checker.nodes, artifacts);

  const hosts = setup.hubHosts ?? [];
  const jobs = new ModelJobs({ dataFolder: data, hosts, onFault });
  const models = new Models({ dataFolder: data, hosts, checker, jobs });
  const forecast = new Forecast(database);
  const current = new CurrentRun(forecast);
  const places = new Places(queue, forecast, current);
  /** Why no run begins. */
  let held: Unusable | undefined;
  const runs = new Runs({ queue, checker, workflows, artifacts, forecast, current, places, held: () => held });
  logRuns(log, queue);
  const webhooks = new Webhooks({
    ...{ hooks: setup.webhooks ?? [], deliveries: new Deliveries(database), queue, onFault },
    tell: logWebhooks(log),
  });
  queue.watch({ gone: (run) => void artifacts.release(runOwner(run)).catch(onFault) });

  const audit = new AuditLog(data);
  const uses = new TokenUses(data, onFault);
  const quotas = new Quotas(database, async (run) => (await queue.record(run))?.state === "queued");
  let live: Live | undefined;
  let opened = false;
  let stopping = false;
  const trimmer = new Trimmer({ values, budget: valuesBudget, onFault });
  /** Whether it has added values. */
  let grew = false;
  const dispatcher = new Dispatcher({
    queue,
    worker,
    artifacts,
    folders: { values: folders.values, artifacts: folders.artifacts },
    async check(run) {
      const found = await queue.find(run);
      if (!found) throw new Error(`run ${run} is gone`);
      const { document, set, targets } = found;
      const { accepted, problems } = await checker.check({ document, set, targets, want: { order: true } });
      return { ...(accepted && { checked: accepted.checked! }), problems };
    },
    watcher: {
      begin(run, ahead) {
        forecast.servedBy(worker.pid);
        current.begin(run, ahead);
      },
      unforeseen: (node, kind) => current.unforeseen(node, kind),
      record(event, view) {
        current.record(event, view);
        if ("executed" in event && event.executed > 0) grew = true;
        if (event.event === "run.output") named.push(...event.output.files.map(({ hash }) => hash));
      },
      frame: (frame) => live?.frame(frame),
      // Node packs write there too.
      line: (run, line) => log.info({ run, worker: worker.pid }, line),
      end() {
        current.end();
        if (grew) trimmer.grew();
        grew = false;
        void settle().catch(onFault);
      },
    },
    async atRest() {
      await trimmer.rest();
      await queue.retain(setup.keepRuns ?? Number.POSITIVE_INFINITY);
    },
    async trouble() {
      held = roomTrouble(await roomOf(data));
      return held;
    },
    onHeld(trouble) {
      live?.held();
      if (trouble) log.error(trouble.message);
    },
    onFault: (run, error) => log.error({ run, err: error }),
  });

  /** Whether runs can be carried out: a lost worker comes back with the next run. */
  function health(): HealthReply {
    const lost = worker.pid === undefined ? "worker-lost" : "ok";
    const status = stopping ? "stopping" : opened ? lost : "starting";
    return { status, provider: setup.device.provider };
  }

  /** What was about to be stored, or just removed, when the last server ended uses nothing. */
  async function releaseLost(): Promise<void> {
    for (const owner of await artifacts.owners()) {
      const id = owner.slice(owner.indexOf(" ") + 1);
      const lost =
        (owner === runOwner(id) && !(await queue.record(id))) ||
        (owner === uploadOwner(id) && !uploads.has(id)) ||
        (owner === workflowOwner(id) && !workflows.has(id));
      if (lost) await artifacts.release(owner);
    }
  }

  /** As `http/audit.ts` does for requests. */
  function noteRefusedSocket(request: IncomingMessage, access: Access): void {
    const who = whoAsks(request, access)?.name ?? "nobody";
    try {
      audit.refused({ who, from: addressOf(request, access), what: "live events", outcome: 403 });
    } catch (error) {
      onFault(error);
    }
  }

  return {
    mended: database.mended,
    answer(server, ways) {
      const access = { ...ways, sessions: new Sessions(database) };
      live = serveLive(
        server,
        { queue, runs, workflows },
        {
          mayConnect: (request) => refusal(request, access, true),
          onRefused: (request) => noteRefusedSocket(request, access),
          own: access.token === undefined,
          onFault,
        },
      );
      const metrics = startMetrics({
        ...{ queue, worker, viewers: live.viewers },
        connections: () => promisify(server.getConnections.bind(server))(),
        held: () => held !== undefined,
        room: () => roomOf(data),
        cacheBytes: () => values.size(),
        webhooks: () => webhooks.counts(),
      });
      const routes = apiRoutes({
        runs,
        events: queue.events,
        workflows,
        uploads,
        artifacts,
        checker,
        models,
        templates,
        health,
        metrics,
        quotas,
        data,
        who: (request) => whoAsks(request, access),
      });
      server.on(
        "request",
        buildApp({ checker, metrics, routes, access, log: audit, uses, ui, templatePictures, settle, onFault }),
      );
    },
    async open() {
      await releaseLost();
      await workflows.purge();
      await openDataFolder(data);
      worker.boot();
      await templates.open().catch(onFault);
      opened = true;
      rmSync(folders.uploads, { recursive: true, force: true });
      await webhooks.open();
      await dispatcher.open();
      void artifacts.removeLeftovers().catch(onFault);
    },
    async drain() {
      stopping = true;
      await dispatcher.drain();
    },
    async close() {
      await live?.close();
      await dispatcher.close();
      await webhooks.close();
      uploads.close();
      jobs.close();
      await artifacts.close();
      await uses.close(new Set(listTokens(data).map(({ hash }) => hash)));
      audit.close();
      database.close();
    },
  };
}
