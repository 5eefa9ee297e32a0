import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkEvent } from "@clipwork/engine";
import type { DeviceRun } from "@clipwork/models";
import { ownerOf, reportWork } from "./report-work.ts";

/** A model run for nodes of the run "r". */
function deviceRun({ nodes = ["paint"], ...more }: Partial<DeviceRun> & { nodes?: string[] } = {}): DeviceRun {
  const run = {
    pack: "toy",
    stage: "decoder",
    rows: 2,
    calls: 1,
    owners: nodes.map((node) => ownerOf("r", node)),
    start: 5.126,
    ms: 3.004,
    wait: 0.5,
  };
  return { ...run, ...more };
}

/** A process of which a test says what it does and when a second is over. */
function watched() {
  const reports: WorkEvent[] = [];
  const heard = new Set<(run: DeviceRun) => void>();
  let tick: (() => void) | undefined;
  const source = {
    listen(hear: (run: DeviceRun) => void) {
      heard.add(hear);
      return () => void heard.delete(hear);
    },
    loaded: () => 40,
  };
  const reported = reportWork(source, {
    run: "r",
    report: (event) => reports.push(event),
    rss: () => 300,
    now: () => 50,
    offset: 1000,
    every: (ms, act) => {
      assert.equal(ms, 1000);
      tick = act;
      return () => {
        tick = undefined;
      };
    },
  });
  return {
    reports,
    work(run: DeviceRun) {
      for (const hear of heard) hear(run);
    },
    second: () => tick!(),
    end: () => reported[Symbol.dispose](),
    idle: () => heard.size === 0 && tick === undefined,
  };
}

test("once a second it is reported what the models did since, by the clock of the events, and the memory", () => {
  const { reports, work, second } = watched();
  work(deviceRun());
  work(deviceRun({ stage: "prior", nodes: ["imagine"], start: 9, ms: 1, wait: 0 }));
  assert.deepEqual(reports, []);
  second();
  second();
  const event = "run.work";
  assert.deepEqual(reports, [
    {
      ...{ event, time: 1050, rss: 300, loaded: 40 },
      runs: [
        { stage: "toy/decoder", nodes: ["paint"], rows: 2, calls: 1, start: 1005.13, ms: 3, wait: 0.5 },
        { stage: "toy/prior", nodes: ["imagine"], rows: 2, calls: 1, start: 1009, ms: 1, wait: 0 },
      ],
    },
    { event, time: 1050, runs: [], rss: 300, loaded: 40 },
  ]);
});

test("of a model run that other runs share only this run's nodes are named, and one that is theirs alone is theirs", () => {
  const { reports, work, second } = watched();
  work(deviceRun({ rows: 8, owners: [ownerOf("r", "paint"), ownerOf("other", "paint"), ownerOf("other", "again")] }));
  work(deviceRun({ owners: [ownerOf("other", "paint"), ownerOf("r2", "paint")] }));
  second();
  assert.deepEqual(
    reports[0]!.runs.map(({ nodes, rows }) => [nodes, rows]),
    [[["paint"], 8]],
  );
});

test("at the end the rest is reported, once, and nothing if there is none", () => {
  const busy = watched();
  busy.work(deviceRun());
  busy.end();
  busy.end();
  assert.equal(busy.reports.length, 1);
  assert.ok(busy.idle());
  const idle = watched();
  idle.end();
  assert.deepEqual(idle.reports, []);
  assert.ok(idle.idle());
});

test("of very many model runs those of a stage and its nodes within a second are one entry, and none is lost", () => {
  const { reports, work, second } = watched();
  for (let i = 0; i < 5_000; i++) work(deviceRun({ start: i, ms: 1 }));
  second();
  assert.equal(reports[0]!.runs.length, 5_000);
  for (let i = 0; i < 300; i++) {
    work(deviceRun({ start: 6_000 + i, ms: 0.5, wait: 0.25 }));
    work(deviceRun({ start: 6_000 + i, ms: 0.25, stage: "prior" }));
    if (i % 3 === 0) work(deviceRun({ start: 6_000 + i, nodes: ["enlarge"] }));
  }
  second();
  const { runs } = reports[1]!;
  assert.deepEqual(
    runs.map(({ stage, nodes, rows, ms, several }) => [stage, nodes[0], rows, ms, several?.count]),
    [
      ["toy/decoder", "paint", 600, 150, 300],
      ["toy/prior", "paint", 600, 75, 300],
      ["toy/decoder", "enlarge", 200, 300, 100],
    ],
  );
  assert.deepEqual([runs[0]!.start, runs[0]!.several!.end, runs[0]!.wait], [7000, 7299.5, 75]);
});
