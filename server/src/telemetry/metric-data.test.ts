import assert from "node:assert/strict";
import { test } from "node:test";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { metricData } from "./metric-data.ts";

test("counters, gauges and histograms are sent under their names, with counts between bounds", async () => {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ["route"];
  new Counter({ name: "a_total", help: "A", labelNames, registers }).inc({ route: "x" }, 3);
  new Gauge({ name: "b_bytes", help: "B", registers }).set(7);
  new Gauge({ name: "unknown", help: "U", registers }).set(Number.NaN);
  const histogram = new Histogram({ name: "c_seconds", help: "C", labelNames, buckets: [1, 2], registers });
  for (const [route, value] of [
    ["x", 0.5],
    ["x", 1.5],
    ["x", 9],
    ["y", 1],
  ] as const)
    histogram.observe({ route }, value);
  const data = metricData(await registry.getMetricsAsJSON(), { startTime: [1, 0], endTime: [2, 0] });
  const short = data.map(({ descriptor: { name, unit }, dataPoints }) => [
    name,
    unit,
    ...dataPoints.map(({ attributes, value }) => [attributes.route, value]),
  ]);
  assert.deepEqual(short, [
    ["a_total", "1", ["x", 3]],
    ["b_bytes", "By", [undefined, 7]],
    ["unknown", "1"],
    [
      "c_seconds",
      "s",
      ["x", { buckets: { boundaries: [1, 2], counts: [1, 1, 1] }, sum: 11, count: 3 }],
      ["y", { buckets: { boundaries: [1, 2], counts: [1, 0, 0] }, sum: 1, count: 1 }],
    ],
  ]);
});
