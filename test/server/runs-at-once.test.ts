import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { eventOf, startServer, submit, type TestServer } from "./server.fixture.ts";

const seeds = [1, 2, 3];
const steps = 40;

/** What each run's picture shows, whatever is written beside its pixels. */
async function pixelsOf(server: TestServer, runs: readonly string[]): Promise<readonly string[]> {
  const details = await Promise.all(runs.map((id) => server.json("GET", `/runs/${id}`)));
  return details.map(({ state, outputs }) => `${state} ${outputs[0]?.thumbnail}`);
}

async function startAtOnce(context: TestContext): Promise<TestServer> {
  const data = folderFor(context);
  writeFileSync(join(data, "config.json"), '{ "runsAtOnce": 4 }');
  return startServer(context, { data });
}

/** What the models did, as that run's log tells it. */
function modelRuns(log: readonly LoggedEvent[]) {
  return log.flatMap((one) => (one.event === "run.work" ? one.runs : []));
}

/** Submits a run for each seed while the queue is paused, so that they begin together. */
async function submitAll(server: TestServer, decoderSteps: readonly number[]): Promise<string[]> {
  await server.json("PATCH", "/queue", { paused: true });
  const runs: string[] = [];
  for (const [i, count] of decoderSteps.entries())
    runs.push((await submit(server, shortHierarchy(), { set: { seed: seeds[i] ?? 9, decoderSteps: count } })).id);
  return runs;
}

test("[Q21] runs at once share runs of the models, and give the pixels that each gives alone; a cancel ends its own alone", async (context) => {
  const [alone, server] = [await startServer(context), await startAtOnce(context)];
  const expected: string[] = [];
  for (const seed of seeds) {
    const { id } = await submit(alone, shortHierarchy(), { set: { seed, decoderSteps: steps } });
    await alone.watch(id);
    expected.push(...(await pixelsOf(alone, [id])));
  }
  const runs = await submitAll(server, [steps, steps, steps, 999]);
  const long = runs.at(-1)!;
  const begun = eventOf(server, long, ({ event }) => event === "node.progress");
  const logs = runs.map((run) => server.watch(run));
  await server.json("PATCH", "/queue", { paused: false });
  await begun;
  await server.json("POST", `/runs/${long}/cancel`);
  const events = await Promise.all(logs);
  assert.deepEqual(await pixelsOf(server, runs.slice(0, 3)), expected);
  assert.equal(events[3]!.at(-1)!.event, "run.cancelled");
  for (const log of events)
    assert.deepEqual(
      log.map(({ seq }) => seq),
      log.map((_, i) => i + 1),
      "the log has no gap",
    );
  // One seed with guidance has two rows.
  const rows = events.flatMap(modelRuns).map(({ rows }) => rows);
  assert.ok(Math.max(...rows) >= 6, `${rows}`);
});

test("[Q21] a run that begins while another is in the middle of its steps joins it at its next one, and both paint what each paints alone", async (context) => {
  const server = await startAtOnce(context);
  const paint = async (seed: number, decoderSteps: number, more = {}) => {
    const { id } = await submit(server, shortHierarchy(), { set: { seed, decoderSteps }, ...more });
    return { id, ended: server.watch(id) };
  };
  const long = await paint(1, 700);
  const middle = await eventOf(
    server,
    long.id,
    (event) => event.event === "node.progress" && event.node === "decode" && event.step >= 20,
  );
  const later = await paint(2, steps);
  const log = await later.ended;
  const first = await long.ended;
  const begun = log.findIndex((event) => event.event === "node.started" && event.node === "decode");
  assert.ok(log[begun]!.time > middle.time && log.at(-1)!.time < first.at(-1)!.time, "it began and ended in between");
  // Each has two rows, guided and unguided.
  const rows = modelRuns(log).flatMap(({ stage, rows }) => (stage === "random-pack/decoder" ? [rows] : []));
  assert.equal(rows.length, steps);
  assert.ok(rows.filter((count) => count === 4).length >= steps - 2, `${rows}`);
  const alone: string[] = [];
  for (const [seed, count] of [
    [1, 700],
    [2, steps],
  ] as const) {
    const { id, ended } = await paint(seed, count, { fresh: true });
    await ended;
    alone.push(id);
  }
  assert.deepEqual(await pixelsOf(server, [long.id, later.id]), await pixelsOf(server, alone));
});
