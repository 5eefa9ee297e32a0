import { readFileSync } from "node:fs";
import { endOf, isRunEnd } from "@clipwork/engine";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { RunQueue } from "../queue/port.ts";
import type { Worker } from "../worker/worker.ts";

/** What a server counts, for Prometheus. No label is made from anything a user sends. */
export type Metrics = {
  readonly registry: Registry;
  request(route: string, status: number, seconds: number): void;
};

/** Counts what happens from now on. `viewers` returns how many are connected. */
export function startMetrics({
  queue,
  worker,
  viewers,
}: {
  readonly queue: Pick<RunQueue, "watch" | "countWaiting">;
  readonly worker: Pick<Worker, "pid">;
  readonly viewers: () => number;
}): Metrics {
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
  gauge("clipwork_viewers", "Web sockets that are connected.", viewers);
  gauge("clipwork_worker_resident_bytes", "Memory of the process that runs models.", () => residentBytes(worker.pid));
  const runs = new Counter({ name: "clipwork_runs_total", help: "Runs that ended.", labelNames: ["state"], registers });
  const seconds = new Histogram({
    name: "clipwork_run_seconds",
    help: "How long runs took, from their start.",
    buckets: [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
    registers,
  });
  const items = new Counter({
    name: "clipwork_items_total",
    help: "Items of nodes that were run, taken from the cache, failed or left out.",
    labelNames: ["outcome"],
    registers,
  });
  const requests = new Histogram({
    name: "clipwork_request_seconds",
    help: "How long requests took.",
    labelNames: ["route", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
    registers,
  });
  queue.watch({
    event(event) {
      if (isRunEnd(event)) {
        runs.inc({ state: endOf(event) });
        seconds.observe(event.ms / 1000);
      }
      const [, outcome] = /^node\.(finished|cached|failed|skipped)$/.exec(event.event) ?? [];
      if (outcome) items.inc({ outcome });
    },
  });
  return { registry, request: (route, status, took) => requests.observe({ route, status }, took) };
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
