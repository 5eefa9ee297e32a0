// What each worker has and does, and what becomes of a run that one of them cannot carry out.
import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import type { WorkerJson, WorkersReply } from "../../server/src/wire/wire.ts";
import { clipwork, folderFor, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { skipFleet, startFleet, type TestWorker } from "./fleet.fixture.ts";
import { packIn } from "./pack.fixture.ts";
import { startServer, submit, type TestServer } from "./server.fixture.ts";

const workersOf = async (server: TestServer): Promise<readonly WorkerJson[]> =>
  ((await server.json("GET", "/workers")) as WorkersReply).workers;

test("a server with a queue of its own tells of its own worker, by the API and by the command", async (context) => {
  const server = await startServer(context);
  const [worker, ...others] = await workersOf(server);
  assert.deepEqual(others, []);
  assert.deepEqual([worker!.name, worker!.state, worker!.provider, worker!.runs], [hostname(), "idle", "cpu", []]);
  assert.ok(worker!.packs.some(({ name }) => name === "random-pack"));
  const { stdout, code } = await clipwork(["workers", "--server", server.url], { cwd: folderFor(context) });
  assert.equal(code, 0);
  assert.match(stdout, /^1 worker\.\nidle .*, process \d+, cpu, version /);
  assert.match(stdout, /packs: .*random-pack/);
});

test("[F1] [F2] a worker with other bytes of a pack leaves the run, which says why it waits, to one that has them", {
  skip: skipFleet,
}, async (context) => {
  const fleet = await startFleet(context);
  const server = await fleet.server();
  const other = packIn(context);
  other.update();
  const changed = await fleet.worker({ CLIPWORK_PACKS: other.root });
  const { id } = await submit(server, shortHierarchy());
  const { state, held } = await server.json("GET", `/runs/${id}`);
  assert.equal(state, "queued");
  assert.equal(
    held.message,
    'It waits for a worker that has the model pack "random-pack" as it was when the run was checked.',
  );
  assert.match((await clipwork(["queue", "--server", server.url], { cwd: folderFor(context) })).stdout, /It waits for/);
  const same = await fleet.worker();
  const events = await server.watch(id);
  assert.equal(events.at(-1)!.event, "run.finished");
  assert.deepEqual(
    events.filter(({ event }) => event === "notice"),
    [],
    "nobody tried it in vain",
  );
  /** Whether the pack is warm where that worker is. */
  const isWarm = async ({ process: { pid } }: TestWorker) =>
    (await workersOf(server)).find((worker) => worker.pid === pid)!.packs.find(({ name }) => name === "random-pack")!
      .warm;
  while (!(await isWarm(same))) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await isWarm(changed), false);
});

test("[F1] of two workers of one machine each takes a run, the second the one that the first leaves waiting", {
  skip: skipFleet,
}, async (context) => {
  const fleet = await startFleet(context);
  const server = await fleet.server();
  await Promise.all([fleet.worker(), fleet.worker()]);
  const long = shortHierarchy();
  long.nodes.decode!.params = { ...long.nodes.decode!.params, steps: 999 };
  const { id: first } = await submit(server, long);
  long.nodes.decode!.params = { ...long.nodes.decode!.params, seed: 4 };
  const { id: second } = await submit(server, long);
  /** The runs that each has in progress. */
  const inProgress = async () => (await workersOf(server)).map(({ runs }) => runs.map(({ run }) => run));
  while ((await inProgress()).some((runs) => runs.length === 0)) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual((await inProgress()).sort(), [[first], [second]].sort());
  for (const id of [first, second]) await server.json("POST", `/runs/${id}/cancel`);
});
