// A run that goes from a worker to one that computes with something else.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readPngRun } from "../../server/src/documents/carried-run.ts";
import { compareFacts } from "../../server/src/outputs/compare-runs.ts";
import { readRecord } from "../../server/src/outputs/run-record.ts";
import type { LoggedEvent } from "../../server/src/wire/wire.ts";
import { shortHierarchy } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet } from "./fleet.fixture.ts";
import { eventOf, submit, type TestServer } from "./server.fixture.ts";

/** Has the system name another processor, to the worker and to the process of its models: fingerprints count by what is named. */
const otherProcessor = {
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(`
    import os from "node:os";
    import { syncBuiltinESMExports } from "node:module";
    os.cpus = () => [{ model: "Abacus 9000" }];
    syncBuiltinESMExports();
  `)}`,
};

/** What the files of a run's picture record about how it was made. */
async function recordOf(server: TestServer, run: string) {
  const { state, error, outputs } = await server.json("GET", `/runs/${run}`);
  assert.deepEqual([state, error], ["finished", undefined]);
  const bytes = await (await server.ask("GET", `/artifacts/${outputs[0].files[0].hash}`)).bytes();
  return readRecord(readPngRun(bytes));
}

const nodesOf = (events: readonly LoggedEvent[], event: "node.finished" | "node.cached") =>
  events.flatMap((one) => (one.event === event ? one.node : []));

async function leave(server: TestServer, worker: Awaited<ReturnType<Fleet["worker"]>>): Promise<void> {
  worker.process.kill("SIGINT");
  // Interrupted again it goes at once: its run waits again.
  const isDraining = async () => {
    const { workers } = await server.json("GET", "/workers");
    return workers.every(({ pid, state }: { pid: number; state: string }) =>
      pid === worker.process.pid ? state === "draining" : true,
    );
  };
  while (worker.process.exitCode === null && !(await isDraining()));
  await worker.kill("SIGINT");
}
type Fleet = Awaited<ReturnType<typeof startFleet>>;

test("a run that goes to a worker with another processor begins anew there, takes nothing from the first, and records what computed it", {
  skip: skipFleet,
}, async (context: TestContext) => {
  const fleet = await startFleet(context);
  const server = await fleet.server();
  const document = shortHierarchy();
  document.nodes.decode!.params = { ...document.nodes.decode!.params, steps: 300 };
  const first = await fleet.worker();
  const { id } = await submit(server, document);
  await eventOf(server, id, (event) => event.event === "node.progress" && event.node === "decode" && event.step > 3);
  await leave(server, first);

  const other = await fleet.worker(otherProcessor);
  const events = await server.watch(id);
  const again = events.findLastIndex(({ event }) => event === "run.started");
  assert.ok(again > 0, "it began twice");
  const [before, after] = [events.slice(0, again), events.slice(again)];
  assert.ok(nodesOf(before, "node.finished").includes("prior"));
  assert.deepEqual(nodesOf(after, "node.cached"), [], "nothing that the first computed is taken");
  assert.deepEqual([...new Set(nodesOf(after, "node.finished"))].sort(), ["caption", "decode", "encode", "prior"]);
  const steps = after.flatMap((one) => (one.event === "node.progress" && one.node === "decode" ? one.step : []));
  assert.ok(steps[0]! <= 3, `it has no checkpoint of the first: ${steps.slice(0, 3)}`);
  const there = await recordOf(server, id);
  assert.match(there.numerics, /Abacus 9000/);
  await leave(server, other);

  await fleet.worker();
  const { id: same } = await submit(server, document);
  const log = await server.watch(same);
  assert.ok(nodesOf(log, "node.finished").includes("decode"), "nor does the first kind take what the other computed");
  const here = await recordOf(server, same);
  assert.deepEqual(
    compareFacts(there, here).map(({ fact }) => fact),
    ["numerics"],
    "the records differ in that alone: who compares them is told, and not that bits are equal",
  );
});
