import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueueHead, RunSummary } from "../../server/src/wire/wire.ts";
import { childrenOf, clipwork, shortHierarchy } from "../cli/clipwork.fixture.ts";
import { startServer, submit, type TestServer, until } from "./server.fixture.ts";

/** The short hierarchy under a seed, of so many decoder steps. */
function seeded(seed: number, steps = 2) {
  const workflow = shortHierarchy();
  workflow.nodes.decode!.params = { ...workflow.nodes.decode!.params, seed, steps };
  return workflow;
}

const queueOf = async (server: TestServer) => {
  const { next, ...head } = await server.json("GET", "/queue");
  return { ...head, next: (next as RunSummary[]).map(({ id }) => id) };
};

test("[Q18] a queue that is paused and reordered is so after its server was killed, and goes on in that order", async (context) => {
  const first = await startServer(context);
  await first.json("PATCH", "/queue", { paused: true });
  const [a, b, c] = [await submit(first, seeded(1)), await submit(first, seeded(2)), await submit(first, seeded(3))];
  await first.json("PATCH", `/runs/${c.id}`, { position: 0 });
  await first.json("PATCH", `/runs/${a.id}`, { priority: "low" });
  const before = await queueOf(first);
  assert.deepEqual(before, { paused: true, waiting: 3, running: [], next: [c.id, b.id, a.id] });
  await first.kill("SIGKILL");

  const second = await startServer(context, { data: first.data });
  assert.deepEqual(await queueOf(second), before);
  const said = await clipwork(["queue", "--server", second.address], { cwd: second.data });
  assert.match(
    said.stdout,
    /^Paused: no run begins; 0 runs running, 3 runs waiting\.\n +1 {2}.*\n +2 {2}.*\n +3 {2}.*low priority/,
  );
  const resumed = await clipwork(["queue", "resume", "--server", second.address], { cwd: second.data });
  assert.equal(resumed.code, 0, resumed.stderr);
  for (const { id } of [a, b, c]) assert.equal((await second.watch(id)).at(-1)!.event, "run.finished");
  const started = await Promise.all([c, b, a].map(async ({ id }) => (await second.json("GET", `/runs/${id}`)).started));
  assert.deepEqual(
    started,
    started.toSorted((x, y) => x - y),
    "they ran in the order in which they waited",
  );
});

test("the queue says its captions, seeds and counts, is emptied and cleared, and its followers hear of it", async (context) => {
  const server = await startServer(context);
  const heads: QueueHead[] = [];
  const viewer = server.viewer();
  viewer.on("waiting", (head) => heads.push(head));
  await new Promise((resolve) => viewer.emit("queue", resolve));
  await server.json("PATCH", "/queue", { paused: true });
  const run = await submit(server, seeded(7), { priority: "high" });
  await submit(server, seeded(8));
  assert.deepEqual([run.priority, typeof run.caption, run.seed], ["high", "string", 7]);
  await until(() => heads.at(-1)?.waiting === 2 && heads.at(-1)?.paused === true, server);
  const { next } = await server.json("GET", "/queue?limit=1");
  assert.deepEqual(
    next.map(({ id }: RunSummary) => id),
    [run.id],
  );
  assert.deepEqual(await server.json("POST", "/queue/cancel"), { count: 2 });
  await until(() => heads.at(-1)?.waiting === 0, server);
  const ended = await server.json("GET", "/runs?state=ended");
  assert.equal(ended.items.length, 2);
  assert.deepEqual(await server.json("DELETE", "/runs"), { count: 2 });
  assert.deepEqual((await server.json("GET", "/runs")).items, []);
  await server.json("PATCH", `/runs/${run.id}`, { priority: "low" }, 404);
  const nobody = await clipwork(["queue", "pause", "--server", "http://127.0.0.1:9"], { cwd: server.data });
  assert.deepEqual([nobody.code, /No server answers at/.test(nobody.stderr)], [2, true]);
});

test("[Q20] a run in passing stops for the next one of its name and for every other run, and is in no list", async (context) => {
  const server = await startServer(context);
  const long = await submit(server, seeded(1, 900), { passing: "live" });
  const next = await submit(server, seeded(2, 900), { passing: "live" });
  assert.equal((await server.watch(long.id)).at(-1)!.event, "run.cancelled");
  const real = await submit(server, seeded(3));
  assert.equal((await server.watch(next.id)).at(-1)!.event, "run.cancelled");
  assert.equal((await server.watch(real.id)).at(-1)!.event, "run.finished");
  assert.deepEqual(
    (await server.json("GET", "/runs")).items.map(({ id }: RunSummary) => id),
    [real.id],
  );
});

test("[Q20] runs in passing that follow one another fast leave the model process alive", async (context) => {
  const server = await startServer(context);
  const first = await submit(server, seeded(1, 900), { passing: "live" });
  await until(async () => (await server.json("GET", `/runs/${first.id}`)).state === "running", server);
  const before = childrenOf(server.process.pid!);
  for (const seed of [2, 3]) await submit(server, seeded(seed, 900), { passing: "live" });
  const last = await submit(server, seeded(4), { passing: "live" });
  assert.equal((await server.watch(first.id)).at(-1)!.event, "run.cancelled");
  assert.equal((await server.watch(last.id)).at(-1)!.event, "run.finished");
  assert.deepEqual(childrenOf(server.process.pid!), before);
});
