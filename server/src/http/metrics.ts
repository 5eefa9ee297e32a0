import { readFileSync } from "node:fs";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Room } from "../data-folder/room.ts";
import type { WebhookCounts } from "../hooks/webhooks.ts";
import type { RunQueue } from "../queue/port.ts";
import type { Worker } from "../worker/worker.ts";
import { countRuns } from "./run-metrics.ts";

/** What a server counts, for Prometheus. No label is made from anything a user sends. */
export type Metrics = {
  readonly registry: Registry;
  request(route: string, status: number, seconds: number): void;
};

/** What is looked at when somebody asks. */
export type MetricsParts = {
  readonly queue: Pick<RunQueue, "watch" | "countWaiting" | "paused">;
  readonly worker: Pick<Worker, "pid" | "starts">;
  /** Web sockets that are connected, and connections of any kind. */
  readonly viewers: () => number;
  readonly connections: () => Promise<number>;
  /** Whether no run begins, because the disk is full for example. */
  readonly held: () => boolean;
  /** The room on the data folder's disk. */
  readonly room: () => Promise<Room>;
  /** Bytes of the kept values. */
  readonly cacheBytes: () => Promise<number>;
  readonly webhooks: () => Promise<WebhookCounts>;
};

/** The kept values are measured at most this often, in milliseconds: every file of them may be looked at. */
const measureMs = 60_000;

/** Counts what happens from now on. */
export function startMetrics(parts: MetricsParts): Metrics {
  const { queue, worker, viewers, connections, held, room, cacheBytes, webhooks } = parts;
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "clipwork_" });
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  gauge("clipwork_queue_runs", "Runs that are queued.", () => queue.countWaiting());
  gauge("clipwork_queue_paused", "1 while the queue is paused.", async () => Number(await queue.paused()));
  gauge("clipwork_queue_held", "1 while no run begins because something is in the way, such as a full disk.", () =>
    Number(held()),
  );
  gauge("clipwork_viewers", "Web sockets that are connected.", viewers);
  gauge("clipwork_connections", "Connections that are open, web sockets included.", connections);
  gauge("clipwork_worker_resident_bytes", "Memory of the process that runs models.", () => residentBytes(worker.pid));
  gauge("clipwork_disk_free_bytes", "Free bytes of the data folder's disk.", async () => (await room()).free);
  gauge("clipwork_disk_bytes", "All bytes of the data folder's disk.", async () => (await room()).all);
  gauge(
    "clipwork_cache_bytes",
    "Bytes of the kept values, measured once a minute at most; NaN at first.",
    seldom(cacheBytes),
  );
  new Counter({
    name: "clipwork_worker_restarts_total",
    help: "How often the process that runs models was started again.",
    registers,
    collect() {
      this.reset();
      this.inc(Math.max(0, worker.starts - 1));
    },
  });
  gauge(
    "clipwork_webhook_waiting",
    "Messages of webhooks that wait for their next attempt.",
    async () => (await webhooks()).waiting,
  );
  new Counter({
    name: "clipwork_webhook_attempts_total",
    help: "Attempts to send a message of a webhook; abandoned ones are counted as failed too.",
    labelNames: ["outcome"],
    registers,
    async collect() {
      const { delivered, failed, abandoned } = await webhooks();
      this.reset();
      for (const [outcome, count] of Object.entries({ delivered, failed, abandoned })) this.inc({ outcome }, count);
    },
  });
  countRuns(queue, registry);
  const requests = new Histogram({
    name: "clipwork_request_seconds",
    help: "How long requests took.",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  return { registry, request: (route, status, took) => requests.observe({ route, status }, took) };
}

/** What `read` said last, NaN before. To measure takes seconds, so it is done beside, and not while it is under way. */
function seldom(read: () => Promise<number>): () => number {
  let asked = Number.NEGATIVE_INFINITY;
  let known = Number.NaN;
  let measuring = false;
  return () => {
    if (!measuring && performance.now() - asked > measureMs) {
      asked = performance.now();
      measuring = true;
      read()
        .then(
          (bytes) => {
            known = bytes;
          },
          // The folder cannot be read just now: what was known stays, and it is asked again in a minute.
          () => {},
        )
        .finally(() => {
          measuring = false;
        });
    }
    return known;
  };
}

/** 0 if no process runs, or the system does not report it. */
function residentBytes(pid: number | undefined): number {
  try {
    return pid === undefined
      ? 0
      : Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
