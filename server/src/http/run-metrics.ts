import { endOf, isRunEnd } from "@clipwork/engine";
import { Counter, Histogram, type Registry } from "prom-client";
import type { Logged, RunQueue } from "../queue/port.ts";

/** Runs of which it is remembered when they were queued: as many as may wait. */
const remembered = 10_000;

/** Counts what happens in runs, from now on. The only labels are how something ended and the stages of installed packs. */
export function countRuns(queue: Pick<RunQueue, "watch">, registry: Registry): void {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers });
  const runs = counter("clipwork_runs_total", "Runs that ended.", "state");
  const seconds = histogram(
    "clipwork_run_seconds",
    "How long runs took, from their start.",
    [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
  );
  const waits = histogram(
    "clipwork_run_wait_seconds",
    "How long runs waited in the queue before they began.",
    [0.01, 0.1, 1, 10, 100, 1000, 10_000],
  );
  const items = counter(
    "clipwork_items_total",
    "Items of nodes that were run, taken from the cache, failed or left out.",
    "outcome",
  );
  const itemSeconds = histogram(
    "clipwork_item_seconds",
    "How long items of nodes took that were run.",
    [0.001, 0.01, 0.1, 0.3, 1, 3, 10, 30, 100],
  );
  const hits = counter("clipwork_cache_hits_total", "Items whose value was kept already.");
  const misses = counter("clipwork_cache_misses_total", "Items that were begun because no value was kept.");
  const modelRuns = counter("clipwork_model_runs_total", "Runs of models on the device.", "stage");
  const modelRows = counter("clipwork_model_rows_total", "Rows in those runs.", "stage");
  const modelSeconds = counter("clipwork_model_seconds_total", "How long the device took for them.", "stage");
  const modelWait = counter(
    "clipwork_model_wait_seconds_total",
    "How long their first calls waited for the device.",
    "stage",
  );

  const queued = new Map<string, number>();
  const begin = (run: string, time: number) => {
    const since = queued.get(run);
    queued.delete(run);
    if (since !== undefined) waits.observe(Math.max(0, time - since) / 1000);
  };
  const hear = (event: Logged) => {
    if (isRunEnd(event)) {
      queued.delete(event.run);
      runs.inc({ state: endOf(event) });
      seconds.observe(event.ms / 1000);
      return;
    }
    switch (event.event) {
      case "run.queued":
        if (queued.size < remembered) queued.set(event.run, event.time);
        return;
      case "run.started":
        return begin(event.run, event.time);
      case "node.started":
        return misses.inc();
      case "node.cached":
        hits.inc();
        return items.inc({ outcome: "cached" });
      case "node.finished":
        itemSeconds.observe(event.ms / 1000);
        return items.inc({ outcome: "finished" });
      case "node.failed":
        return items.inc({ outcome: "failed" });
      case "node.skipped":
        return items.inc({ outcome: "skipped" });
      case "run.work":
        for (const { stage, rows, ms, wait, several } of event.runs) {
          modelRuns.inc({ stage }, several?.count ?? 1);
          modelRows.inc({ stage }, rows);
          modelSeconds.inc({ stage }, ms / 1000);
          modelWait.inc({ stage }, wait / 1000);
        }
    }
  };
  queue.watch({ event: hear });
}
