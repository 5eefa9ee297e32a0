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
import { makeBackup } from "../backup/make-backup.ts";
import type { Checker } from "../checker/checker.ts";
import { openDataFolder, valuesFolder } from "../data-folder/data-folder.ts";
import { Database } from "../data-folder/database.ts";
import { roomOf } from "../data-folder/room.ts";
import { versions } from "../data-folder/versions.ts";
import { sharedSync } from "../files/shared-sync.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { CurrentRuns } from "../forecast/current-runs.ts";
import { Forecast } from "../forecast/forecast.ts";
import { SqliteDeliveries } from "../hooks/sqlite-deliveries.ts";
import { Webhooks } from "../hooks/webhooks.ts";
import { buildApp } from "../http/app.ts";
import { type Metrics, startMetrics } from "../http/metrics.ts";
import { apiRoutes } from "../http/routes/index.ts";
import type { BareSetup } from "../installed/bare-setup.ts";
import { type Live, serveLive } from "../live/live.ts";
import { ModelJobs } from "../model-jobs/model-jobs.ts";
import { Models } from "../model-jobs/models.ts";
import { runOwner } from "../queue/artifacts-of.ts";
import { Places } from "../queue/places.ts";
import { Runs } from "../queue/runs.ts";
import { SqliteQueue } from "../queue/sqlite/sqlite-queue.ts";
import type { Telemetry } from "../telemetry/start.ts";
import type { WantedTelemetry } from "../telemetry/wanted.ts";
import { diskStore } from "../values/disk-store.ts";
import { bytesOf } from "../values/entry-files.ts";
import type { Called, Hash, HealthReply } from "../wire/wire.ts";
import type { Worker } from "../worker/worker.ts";
import { Templates } from "../workflows/templates.ts";
import { WorkflowStore, workflowOwner } from "../workflows/workflow-store.ts";
import { type Log, logRuns, logWebhooks } from "./log.ts";
import { ownWorker } from "./own-worker.ts";
import { createRunHost } from "./run-host.ts";

const root = join(import.meta.dirname, "..", "..", "..");
/** The editor as its build leaves it. */
const ui = join(root, "ui", "dist");
/** The workflows that came with this copy of Clipwork, and a picture of what each makes. */
const templatesFolder = join(root, "workflows");
const templatePictures = join(root, "packs", "toybox", "samples", "templates");

/** In place of a worker where there is none. */
const nobody = { pid: undefined, starts: 0 };

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
  fleet,
  log,
  telemetry: wanted,
  called,
}: {
  readonly data: string;
  readonly setup: BareSetup;
  readonly checker: Checker;
  /** Runs the runs of this server; with a fleet, which has workers of its own, there is none. */
  readonly worker: Worker | undefined;
  /** The queue and the store that it shares with other servers and workers, if it does. */
  readonly fleet?: Fleet | undefined;
  readonly log: Log;
  readonly telemetry?: WantedTelemetry | undefined;
  readonly called: Called;
}): App {
  const onFault = (error: unknown) => log.error(error);
  const folders = { values: valuesFolder(data), artifacts: join(data, "artifacts"), uploads: join(data, "uploads") };

  const database = new Database(data, (sql) => keepEarlier(sql, folders.artifacts));
  const values = diskStore(folders.values);
  const artifacts = fleet?.artifacts ?? fileArtifacts({ database, folder: folders.artifacts, onFault });
  /** Files that the log names, and that may not be on the disk yet. */
  let named: Hash[] = [];
  const settle = sharedSync(async () => {
    const files = named;
    named = [];
    try {
      // Beside the log, which may get to the disk before them (decision 0054): one after the other takes the time of both.
      await Promise.all([artifacts.sync(files), database.sync()]);
    } catch (error) {
      named = [...files, ...named];
      throw error;
    }
  });
  const queue = fleet?.queue ?? new SqliteQueue(database);
  const workflows = new WorkflowStore(database, artifacts, checker);
  const uploads = new UploadStore({ folder: folders.uploads, database, artifacts });
  const templates = new Templates(templatesFolder, checker.nodes, artifacts);

  const hosts = setup.hubHosts ?? [];
  const jobs = new ModelJobs({ dataFolder: data, hosts, onFault });
  const models = new Models({ dataFolder: data, hosts, checker, jobs });
  const forecast = new Forecast(database);
  const current = new CurrentRuns(forecast, (key) => bytesOf(folders.values, key));
  const underWay = fleet?.live ?? current;
  const places = new Places(queue, forecast, underWay);
  /** Why no run begins. */
  let held: Unusable | undefined;
  const runs = new Runs({
    queue,
    checker,
    workflows,
    artifacts,
    forecast,
    current: underWay,
    places,
    held: () => held,
    // What runs of a fleet write lies elsewhere.
    ...(fleet ? {} : { room: () => roomOf(data) }),
    onQueue: (run, queued) => telemetry?.runs?.expect(run, queued),
  });
  logRuns(log, queue);
  const webhooks = new Webhooks({
    ...{ hooks: setup.webhooks ?? [], queue, onFault },
    deliveries: fleet?.deliveries ?? new SqliteDeliveries(database),
    tell: logWebhooks(log),
  });
  queue.watch({ gone: (run) => void artifacts.release(runOwner(run)).catch(onFault) });

  const audit = new AuditLog(data);
  const uses = new TokenUses(data, onFault);
  const quotas = new Quotas(database, async (run) => (await queue.record(run))?.state === "queued");
  let live: Live | undefined;
  let metrics: Metrics | undefined;
  let telemetry: Telemetry | undefined;
  let opened = false;
  let backingUp: Promise<void> = Promise.resolve();
  let stopping = false;
  const host =
    worker &&
    createRunHost({
      ...{ data, setup, queue, artifacts, checker, worker, forecast, current },
      folders: { values: folders.values, artifacts: folders.artifacts },
      onFiles: (hashes) => void named.push(...hashes),
      onFrame: (frame) => live?.frame(frame),
      traceparent: (run) => telemetry?.runs?.traceparent(run),
      onEnd: () => void settle().catch(onFault),
      onTrouble(trouble) {
        held = trouble;
      },
      onHeld(trouble) {
        live?.held();
        if (trouble) log.error(trouble.message);
      },
      // Node packs write there too.
      onLine: (run, line) => log.info({ run, worker: worker.pid }, line),
      onFault: (run, error) => log.error({ run, err: error }),
    });

  /** Loads OpenTelemetry if it is wanted: it takes its time and memory. */
  async function openTelemetry(): Promise<void> {
    if (!wanted) return;
    const { startTelemetry } = await import("../telemetry/start.ts");
    telemetry = await startTelemetry(wanted, {
      version: versions().clipwork!,
      shared: fleet !== undefined,
      read: async () => (await metrics?.registry.getMetricsAsJSON()) ?? [],
      warn: (message) => log.warn(message),
    });
    const { runs: tracer } = telemetry;
    if (tracer) queue.watch({ event: (event) => tracer.hear(event) });
  }

  /** Whether runs can be carried out: a lost worker comes back with the next run. */
  function health(): HealthReply {
    const isServed = fleet ? fleet.workers() > 0 : worker?.pid !== undefined;
    const status = stopping ? "stopping" : !opened ? "starting" : isServed ? "ok" : "worker-lost";
    return { status, provider: setup.device.provider };
  }

  const workers = worker
    ? ownWorker({ worker, queue, checker, provider: setup.device.provider, isStopping: () => stopping })
    : async () => (await fleet?.registry.list()) ?? [];

  /** What was about to be stored, or just removed, when the last server ended uses nothing. */
  async function releaseLost(): Promise<void> {
    for (const owner of await artifacts.owners()) {
      const id = owner.slice(owner.indexOf(" ") + 1);
      const lost =
        (owner === runOwner(id) && !(await queue.record(id))) ||
        // What other servers have saved or were sent this one does not know.
        (fleet === undefined && isLostHere(owner, id));
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

  const isLostHere = (owner: string, id: string) =>
    (owner === uploadOwner(id) && !uploads.has(id)) || (owner === workflowOwner(id) && !workflows.has(id));

  return {
    mended: database.mended,
    answer(server, ways) {
      const access = { ...ways, sessions: new Sessions(database) };
      const { events } = queue;
      // Of a fleet a server hears the frames of those runs alone that its viewers follow.
      const followed = fleet ? { ...events, subscribe: fleet.live.followedBy(events) } : events;
      live = serveLive(
        server,
        { queue: { events: followed, watch: (watcher) => queue.watch(watcher) }, runs, workflows },
        {
          mayConnect: (request) => refusal(request, access, true),
          who: (request) => whoAsks(request, access),
          onRefused: (request) => noteRefusedSocket(request, access),
          own: access.token === undefined,
          onFault,
        },
      );
      const counted = startMetrics({
        ...{ queue, worker: worker ?? nobody, viewers: live.viewers },
        connections: () => promisify(server.getConnections.bind(server))(),
        held: () => held !== undefined,
        room: () => roomOf(data),
        cacheBytes: () => values.size(),
        webhooks: () => webhooks.counts(),
      });
      metrics = counted;
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
        workers,
        metrics: counted,
        quotas,
        data,
        called,
        onFault,
        who: (request) => whoAsks(request, access),
        backUp: (values, work) => {
          backingUp = makeBackup({ data, sql: database.sql, hold: () => artifacts.hold(), values }, work);
          return backingUp;
        },
      });
      server.on(
        "request",
        buildApp({
          checker,
          metrics: counted,
          routes,
          access,
          log: audit,
          uses,
          ui,
          templatePictures,
          settle,
          onFault,
        }),
      );
    },
    async open() {
      await releaseLost();
      await workflows.purge();
      await openDataFolder(data);
      worker?.boot();
      await templates.open().catch(onFault);
      opened = true;
      rmSync(folders.uploads, { recursive: true, force: true });
      await webhooks.open();
      // Packs and node types may have changed since. Workers of a fleet compare them themselves.
      if (!fleet) await queue.forgetOrders();
      await openTelemetry();
      await host?.open();
      await fleet?.live.hear((frame) => live?.frame(frame));
      void artifacts.removeLeftovers().catch(onFault);
    },
    async drain() {
      stopping = true;
      await host?.drain();
    },
    async close() {
      fleet?.ending();
      await live?.close();
      await host?.close();
      await webhooks.close();
      await telemetry?.close();
      uploads.close();
      jobs.close();
      // It reads the database; its receiver is gone, and so is it in a moment.
      await backingUp.catch(onFault);
      await artifacts.close();
      await uses.close(new Set(listTokens(data).map(({ hash }) => hash)));
      audit.close();
      await fleet?.close();
      database.close();
    },
  };
}
