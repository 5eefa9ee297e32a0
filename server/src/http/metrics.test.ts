import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Logged, QueueWatcher } from "../queue/port.ts";
import { type MetricsParts, startMetrics } from "./metrics.ts";

/** Metrics of a server whose parts say what the test says. */
function counting(parts: Partial<MetricsParts> = {}) {
  let watcher: QueueWatcher = {};
  const metrics = startMetrics({
    queue: {
      watch(given) {
        watcher = given;
        return () => {};
      },
      countWaiting: async () => 3,
      paused: async () => true,
    },
    worker: { pid: undefined, starts: 3 },
    viewers: () => 2,
    connections: async () => 5,
    held: () => false,
    room: async () => ({ free: 7, all: 9 }),
    cacheBytes: async () => 11,
    webhooks: async () => ({ delivered: 4, failed: 2, abandoned: 1, waiting: 6 }),
    ...parts,
  });
  const hear = (run: string, time: number, event: object) =>
    watcher.event!({ run, time, seq: 1, ...event } as unknown as Logged);
  const read = async (name: string) => {
    const lines = (await metrics.registry.metrics()).split("\n");
    return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  };
  return { metrics, hear, read };
}

test("what is looked at is there at each question, and kept values are measured beside it", async () => {
  let measured = 0;
  const { read } = counting({ cacheBytes: async () => ++measured });
  assert.deepEqual(await read("clipwork_cache_bytes"), ["clipwork_cache_bytes Nan"]);
  assert.deepEqual(await read("clipwork_cache_bytes"), ["clipwork_cache_bytes 1"], "and not again within a minute");
  for (const [name, value] of [
    ["queue_runs", 3],
    ["queue_paused", 1],
    ["queue_held", 0],
    ["viewers", 2],
    ["connections", 5],
    ["disk_free_bytes", 7],
    ["disk_bytes", 9],
    ["worker_restarts_total", 2],
    ["webhook_waiting", 6],
  ])
    assert.deepEqual(await read(`clipwork_${name}`), [`clipwork_${name} ${value}`]);
});

test("attempts of webhooks are counted by how they ended", async () => {
  const { read } = counting();
  const name = "clipwork_webhook_attempts_total";
  assert.deepEqual(await read(name), [
    `${name}{outcome="delivered"} 4`,
    `${name}{outcome="failed"} 2`,
    `${name}{outcome="abandoned"} 1`,
  ]);
});

test("a value store that cannot be measured takes nothing else along", async () => {
  const { read } = counting({ cacheBytes: () => Promise.reject(new Error("no such folder")) });
  await read("clipwork_cache_bytes");
  assert.deepEqual(await read("clipwork_cache_bytes"), ["clipwork_cache_bytes Nan"]);
});

test("runs, items, kept values and model runs are counted from what happens, by how they ended and by stage alone", async () => {
  const { hear, read } = counting();
  hear("a", 1_000, { event: "run.queued" });
  hear("a", 3_500, { event: "run.started", nodes: 2 });
  hear("a", 3_500, { event: "node.cached", node: "x", item: 0 });
  for (const item of [0, 1]) hear("a", 3_500, { event: "node.started", node: "y", item });
  hear("a", 4_000, { event: "node.finished", node: "y", item: 0, ms: 500 });
  hear("a", 4_000, { event: "node.failed", node: "y", item: 1, message: "no" });
  hear("a", 4_000, { event: "node.skipped", node: "z", item: 0, because: "y" });
  const one = { stage: "toybox/decoder", nodes: ["y"], rows: 4, calls: 2, start: 0, ms: 250, wait: 100 };
  hear("a", 4_000, { event: "run.work", runs: [one, { ...one, several: { count: 9, end: 1 } }], rss: 1, loaded: 1 });
  hear("a", 4_500, { event: "run.failed", executed: 1, cached: 1, outputs: [], ms: 1000 });
  assert.deepEqual(await read("clipwork_run_wait_seconds_sum"), ["clipwork_run_wait_seconds_sum 2.5"]);
  assert.deepEqual(await read("clipwork_runs_total"), ['clipwork_runs_total{state="failed"} 1']);
  assert.deepEqual(await read("clipwork_run_seconds_sum"), ["clipwork_run_seconds_sum 1"]);
  assert.deepEqual(await read("clipwork_item_seconds_sum"), ["clipwork_item_seconds_sum 0.5"]);
  assert.deepEqual([await read("clipwork_cache_hits_total"), await read("clipwork_cache_misses_total")].flat(), [
    "clipwork_cache_hits_total 1",
    "clipwork_cache_misses_total 2",
  ]);
  for (const [name, value] of [
    ["runs", 10],
    ["rows", 8],
    ["seconds", 0.5],
    ["wait_seconds", 0.2],
  ])
    assert.deepEqual(await read(`clipwork_model_${name}_total`), [
      `clipwork_model_${name}_total{stage="toybox/decoder"} ${value}`,
    ]);
});

test("the table in the documents has every metric of Clipwork's own with its kind and labels, and no other", async () => {
  const { metrics } = counting();
  const guide = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "observability.md"), "utf8");
  const rows = [...guide.matchAll(/^\| `(clipwork_\w+)` \| (\w+) \|([^|]*)\|/gm)].map(
    ([, name, kind, labels]) => `${name} ${kind} ${labels!.replaceAll("`", "").trim()}`,
  );
  const all = await metrics.registry.getMetricsAsJSON();
  const own = all.filter(({ name }) => !/^clipwork_(process|nodejs)_/.test(name));
  const expected = own.map(({ name, type }) => {
    const { labelNames } = metrics.registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] };
    return `${name} ${type} ${labelNames.join(", ")}`;
  });
  assert.ok(expected.length > 20);
  assert.deepEqual(rows.toSorted(), expected.toSorted());
});
